# Unit tests of the reports' pure parts; the runtime has the same sources.
add_executable(report_test
  report/alike_test.cc
  report/explanation_test.cc
  report/folding_test.cc
  report/json_report_test.cc
  report/options_test.cc
  report/output_test.cc
  report/seen_test.cc
  report/short_name_test.cc
  report/source_line_test.cc
  report/suppressions_test.cc
  report/symbolizer_test.cc
  report/text_report_test.cc
  report/wrapping_test.cc
  report/alike.cc
  report/environment.cc
  report/explanation.cc
  report/folding.cc
  report/input_file.cc
  report/json_report.cc
  report/json_string.cc
  report/modules.cc
  report/option_table.cc
  report/options.cc
  report/output.cc
  report/scratch.cc
  report/seen.cc
  report/short_name.cc
  report/source_line.cc
  report/suppressions.cc
  report/symbolizer.cc
  report/symbolizer_process.cc
  report/text_report.cc
  report/wording.cc
  report/wrapping.cc
  sys.cc
  $<TARGET_OBJECTS:hbsan_detector>)
target_include_directories(report_test PRIVATE ${PROJECT_SOURCE_DIR})
target_compile_definitions(report_test PRIVATE HBSAN_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
target_link_libraries(report_test PRIVATE GTest::gtest_main)
gtest_discover_tests(report_test PROPERTIES LABELS unit)
