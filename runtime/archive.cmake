# libhbsan_rt.a: one relocatable object. The runtime's own calls of what compilers call by themselves (memcpy, ...) go to
# private versions, the interceptors of these functions get their names, and all hidden symbols become local, so that the program's
# own libraries, of any version, cannot collide with the runtime's.
find_program(HBSAN_OBJCOPY NAMES llvm-objcopy-19 llvm-objcopy REQUIRED)
set(renames "")
foreach(name memcpy memmove memset memcmp strlen)
  list(APPEND renames --redefine-sym ${name}=__hbsan_${name}
    --redefine-sym hbsan_export_${name}=${name})
endforeach()
list(APPEND renames --redefine-sym bcmp=__hbsan_memcmp --redefine-sym hbsan_export_bcmp=bcmp)

set(archive ${HBSAN_LIB_DIR}/libhbsan_rt.a)
set(object ${CMAKE_CURRENT_BINARY_DIR}/hbsan_rt.o)
add_custom_command(
  OUTPUT ${archive} ${archive}.syms
  COMMAND ${CMAKE_COMMAND} -E make_directory ${HBSAN_LIB_DIR}
  COMMAND ${CMAKE_LINKER} -r --force-group-allocation -o ${object}.all
    $<TARGET_OBJECTS:hbsan_rt_objects> $<TARGET_OBJECTS:hbsan_detector>
  COMMAND ${HBSAN_OBJCOPY} ${renames} ${object}.all
  COMMAND ${CMAKE_LINKER} -r -o ${object} ${object}.all $<TARGET_OBJECTS:hbsan_rt_memory>
  COMMAND ${HBSAN_OBJCOPY} --localize-hidden ${object}
  COMMAND ${CMAKE_COMMAND} -E rm -f ${archive}
  COMMAND ${CMAKE_AR} rcs ${archive} ${object}
  COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/dynamic_list.sh ${CMAKE_NM} ${object} > ${archive}.syms
  DEPENDS $<TARGET_OBJECTS:hbsan_rt_objects> $<TARGET_OBJECTS:hbsan_rt_memory>
    $<TARGET_OBJECTS:hbsan_detector> dynamic_list.sh
  COMMAND_EXPAND_LISTS VERBATIM)
add_custom_target(hbsan_rt ALL DEPENDS ${archive} ${archive}.syms)
