// Real programs under test: run one to its end, or keep a server and kill it.

#ifndef BRAID_TESTS_TOOLS_PROCESS_H_
#define BRAID_TESTS_TOOLS_PROCESS_H_

#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace braid::test {

struct RunResult {
  int exit_code = -1;  // 128 + signal where one ended it
  std::string out, err;
};

// Runs `argv` with `input` as standard input; `directory`, where given, is its working directory.
RunResult Run(const std::vector<std::string>& argv, const std::string& input = {},
              const std::filesystem::path& directory = {});

// The folder with the built programs, and the sources' root.
std::filesystem::path ProgramDirectory();
std::filesystem::path SourceDirectory();

// A braidd on a port that the system chose.
class ServerProcess {
 public:
  // Starts it and waits until it says where it listens. `arguments` come after --data and --listen. Throws
  // std::runtime_error with what it wrote where it ends before that.
  ServerProcess(const std::filesystem::path& data, const std::vector<std::string>& arguments = {});
  ~ServerProcess();  // SIGKILL, if it still runs
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  const std::string& address() const { return address_; }
  const std::string& greeting() const { return greeting_; }  // the line it wrote when it was ready

  // Sends `signal` and waits for the end; the exit code as in RunResult.
  int Stop(int signal);

 private:
  pid_t pid_ = -1;
  int out_ = -1;
  std::string greeting_, address_;
};

}  // namespace braid::test

#endif  // BRAID_TESTS_TOOLS_PROCESS_H_
