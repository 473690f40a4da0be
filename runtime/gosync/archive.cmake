# libhbsan_gosync.a, complete: the objects of both variants, and Boost.Context's switch.
#
# What the race variant has of libstdc++'s inline functions is its own, not instrumented: local, so
# that neither the program runs it nor the library runs the program's.
find_library(BOOST_CONTEXT_ARCHIVE NAMES libboost_context.a REQUIRED)
set(gosync_archive ${HBSAN_LIB_DIR}/libhbsan_gosync.a)
set(gosync_switch ${CMAKE_CURRENT_BINARY_DIR}/switch)
set(gosync_race ${CMAKE_CURRENT_BINARY_DIR}/gosync_race.o)
add_custom_command(
  OUTPUT ${gosync_archive}
  COMMAND ${CMAKE_COMMAND} -E make_directory ${HBSAN_LIB_DIR} ${gosync_switch}
  COMMAND ${CMAKE_COMMAND} -E chdir ${gosync_switch}
    ${CMAKE_AR} x ${BOOST_CONTEXT_ARCHIVE} make_x86_64_sysv_elf_gas.o jump_x86_64_sysv_elf_gas.o
      ontop_x86_64_sysv_elf_gas.o
  COMMAND ${CMAKE_LINKER} -r --force-group-allocation -o ${gosync_race}
    $<TARGET_OBJECTS:gosync_race_objects>
  COMMAND ${HBSAN_OBJCOPY} --redefine-sym memset=gosync_memset
    --redefine-sym memcpy=gosync_memcpy --redefine-sym memmove=gosync_memmove
    --wildcard --localize-symbol=_ZNSt* --localize-symbol=_ZNKSt* --localize-symbol=_ZSt*
    --localize-symbol=_ZN9__gnu_cxx* ${gosync_race}
  COMMAND ${CMAKE_COMMAND} -E rm -f ${gosync_archive}
  COMMAND ${CMAKE_AR} rcs ${gosync_archive}
    $<TARGET_OBJECTS:gosync_plain_objects> ${gosync_race}
    ${gosync_switch}/make_x86_64_sysv_elf_gas.o ${gosync_switch}/jump_x86_64_sysv_elf_gas.o
    ${gosync_switch}/ontop_x86_64_sysv_elf_gas.o
  DEPENDS gosync_plain_objects gosync_race_objects $<TARGET_OBJECTS:gosync_plain_objects>
    $<TARGET_OBJECTS:gosync_race_objects>
  COMMAND_EXPAND_LISTS VERBATIM)
add_custom_target(gosync ALL DEPENDS ${gosync_archive})

# The headers, found as "gosync/chan.h" in the build tree as in the install tree.
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/include)
file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR} ${CMAKE_BINARY_DIR}/include/gosync SYMBOLIC)
install(FILES ${gosync_archive} DESTINATION lib/hbsan)
install(DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}/ DESTINATION include/gosync
  FILES_MATCHING PATTERN "*.h" PATTERN random_program.h EXCLUDE)
