# cmake -C .ci/tsan.cmake -S . -B build-tsan: ThreadSanitizer, assertions on, by clang. For the target concurrent_tests.
set(CMAKE_CXX_COMPILER clang++ CACHE STRING "")
set(CMAKE_BUILD_TYPE Tsan CACHE STRING "")
set(CMAKE_CXX_FLAGS_TSAN "-O1 -g1 -fno-omit-frame-pointer -fsanitize=thread" CACHE STRING "")
