# cmake -C .ci/asan.cmake -S . -B build-asan: AddressSanitizer and UndefinedBehaviorSanitizer, assertions on. By clang,
# so that a second compiler reads all of our code.
set(CMAKE_CXX_COMPILER clang++ CACHE STRING "")
set(CMAKE_BUILD_TYPE Asan CACHE STRING "")
set(CMAKE_CXX_FLAGS_ASAN
  "-O1 -g1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all -D_GLIBCXX_ASSERTIONS"
  CACHE STRING "")
