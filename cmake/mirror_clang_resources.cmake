# Makes MIRROR a resource directory for clang in which ThreadSanitizer's runtime is ours and all
# else is clang's own, by links. Run as a script:
#   cmake -DCLANG=<driver> -DMIRROR=<dir> -P mirror_clang_resources.cmake
# Our own links are relative (MIRROR is beside libhbsan_rt.a), so that the tree may be moved.
execute_process(COMMAND ${CLANG} -print-resource-dir OUTPUT_VARIABLE original
                OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
file(MAKE_DIRECTORY ${MIRROR}/lib/linux)
file(CREATE_LINK ${original}/include ${MIRROR}/include SYMBOLIC)
file(CREATE_LINK ${original}/share ${MIRROR}/share SYMBOLIC)

file(GLOB libraries ${original}/lib/linux/*)
list(FILTER libraries EXCLUDE REGEX "clang_rt\\.tsan")
foreach(library IN LISTS libraries)
  get_filename_component(name ${library} NAME)
  file(CREATE_LINK ${library} ${MIRROR}/lib/linux/${name} SYMBOLIC)
endforeach()

# clang links tsan, and for C++ also tsan_cxx; ours is one library for both.
set(tsan ${MIRROR}/lib/linux/libclang_rt.tsan)
file(CREATE_LINK ../../../libhbsan_rt.a ${tsan}-x86_64.a SYMBOLIC)
file(WRITE ${tsan}_cxx-x86_64.a "!<arch>\n")
foreach(archive ${tsan}-x86_64.a ${tsan}_cxx-x86_64.a)
  file(CREATE_LINK ../../../libhbsan_rt.a.syms ${archive}.syms SYMBOLIC)
endforeach()
