# Checks of the sources, as tests; each in seconds but for clang-tidy.
foreach(check format includes tidy)
  add_test(NAME lint.${check}
           COMMAND bash ${PROJECT_SOURCE_DIR}/tests/lint.sh ${check} ${PROJECT_SOURCE_DIR}
                   ${CMAKE_BINARY_DIR})
  set_tests_properties(lint.${check} PROPERTIES LABELS lint)
endforeach()
# The longest test, and it uses every processor: first, and alone.
set_tests_properties(lint.tidy PROPERTIES TIMEOUT 900 RUN_SERIAL TRUE COST 1000)
