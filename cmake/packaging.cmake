# The parts of hbsan that are no targets, in the build tree, and their installation; see
# tools/layout.h for the shape that both trees have. `hbsan_parts` builds all that a user needs.
set(mirror_script ${PROJECT_SOURCE_DIR}/cmake/mirror_clang_resources.cmake)
set(clang_resources ${HBSAN_LIB_DIR}/clang)
execute_process(
  COMMAND ${CMAKE_COMMAND} -DCLANG=${CMAKE_CXX_COMPILER} -DMIRROR=${clang_resources}
          -P ${mirror_script}
  COMMAND_ERROR_IS_FATAL ANY)
configure_file(cmake/hbsan.cfg ${HBSAN_LIB_DIR}/hbsan.cfg COPYONLY)
configure_file(frameworks/gtest_listener.cc ${HBSAN_LIB_DIR}/gtest_listener.cc COPYONLY)
file(CREATE_LINK ${PROJECT_SOURCE_DIR}/include/hbsan ${CMAKE_BINARY_DIR}/include/hbsan SYMBOLIC)

include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_BINARY_DIR}/lib/cmake/hbsan)
configure_file(cmake/hbsanConfig.cmake ${package_dir}/hbsanConfig.cmake COPYONLY)
write_basic_package_version_file(${package_dir}/hbsanConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)

add_custom_target(hbsan_parts DEPENDS hbsan hbsan_pass hbsan_rt gosync)

install(DIRECTORY include/hbsan DESTINATION include)
install(FILES ${HBSAN_LIB_DIR}/hbsan.cfg ${HBSAN_LIB_DIR}/gtest_listener.cc ${HBSAN_LIB_DIR}/hbsan-pass.so
              ${HBSAN_LIB_DIR}/libhbsan_rt.a ${HBSAN_LIB_DIR}/libhbsan_rt.a.syms
        DESTINATION lib/hbsan)
install(DIRECTORY ${package_dir} DESTINATION lib/cmake)
install(CODE "execute_process(
  COMMAND ${CMAKE_COMMAND} -DCLANG=${CMAKE_CXX_COMPILER}
          -DMIRROR=\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/lib/hbsan/clang -P ${mirror_script}
  COMMAND_ERROR_IS_FATAL ANY)")
