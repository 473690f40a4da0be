#!/bin/sh
# check.sh KIND HOST PLUGIN: the host's run with this kind of use reports nothing (ordered), or a race
# in the plugin's data with the plugin's functions in both stacks (unordered).
set -u
kind=$1 host=$2 plugin=$3
out=$("$host" "$kind" "$plugin" 2>&1)
status=$?
fail() {
  echo "$1 (exit status $status)"
  echo "$out"
  exit 1
}
if [ "$kind" = ordered ]; then
  [ $status -eq 0 ] || fail "expected success"
  case $out in *hbsan:*) fail "expected no report" ;; esac
  exit 0
fi
[ $status -eq 66 ] || fail "expected a report"
for text in "#0 PluginSet" "global 'plugin_data'" "Previous write"; do
  case $out in *"$text"*) ;; *) fail "the report does not say: $text" ;; esac
done
