# hbsan_add_instrumented(NAME SOURCES file... [PLAIN file...] [FLAGS flag...] [LINK flag...])
#
# The target and program NAME, built with race detection by the command and the runtime of this build
# tree; PLAIN sources are compiled without it. Its path is in the variable NAME_PROGRAM.
function(hbsan_add_instrumented name)
  cmake_parse_arguments(arg "" "" "SOURCES;PLAIN;FLAGS;LINK" ${ARGN})
  set(compiler ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/hbsan-c++)
  set(common -std=c++20 -g -Wall -Wextra -Werror -I${PROJECT_SOURCE_DIR})
  set(objects "")
  foreach(source IN LISTS arg_SOURCES arg_PLAIN)
    set(flags -O1 -fsanitize=race ${arg_FLAGS})
    if(source IN_LIST arg_PLAIN)
      set(flags -O2)
    endif()
    set(object ${CMAKE_CURRENT_BINARY_DIR}/${name}.dir/${source}.o)
    get_filename_component(directory ${object} DIRECTORY)
    file(MAKE_DIRECTORY ${directory})
    add_custom_command(OUTPUT ${object}
      COMMAND ${compiler} ${common} ${flags} -MD -MF ${object}.d
        -c ${CMAKE_CURRENT_SOURCE_DIR}/${source} -o ${object}
      DEPENDS ${source} hbsan hbsan_pass DEPFILE ${object}.d
      COMMENT "Building ${name}: ${source}" VERBATIM)
    list(APPEND objects ${object})
  endforeach()
  set(archives ${arg_LINK})
  list(FILTER archives INCLUDE REGEX "[.]a$")
  set(program ${CMAKE_BINARY_DIR}/tests/programs/${name})
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/tests/programs)
  add_custom_command(OUTPUT ${program}
    COMMAND ${compiler} -fsanitize=race ${objects} ${arg_LINK} -o ${program}
    DEPENDS ${objects} ${archives} ${HBSAN_LIB_DIR}/libhbsan_rt.a hbsan_rt
      ${HBSAN_LIB_DIR}/libhbsan_gosync.a gosync
    COMMENT "Linking ${name}" VERBATIM)
  add_custom_target(${name} ALL DEPENDS ${program})
  set(${name}_PROGRAM ${program} PARENT_SCOPE)
endfunction()
