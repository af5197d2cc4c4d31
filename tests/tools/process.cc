#include "tests/tools/process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace braid::test {
namespace {

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
    read = ends[0];
    write = ends[1];
  }
  int read, write;
};

// Our environment but for BRAID_DATA: to a test it says where outside data lies, to braidd where its store is.
std::vector<char*> ChildEnvironment() {
  std::vector<char*> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (!std::string_view(*variable).starts_with("BRAID_DATA=")) variables.push_back(*variable);
  }
  variables.push_back(nullptr);
  return variables;
}

// Starts `argv` with the given descriptors as its standard ones (-1: inherited).
pid_t Start(const std::vector<std::string>& argv, int in, int out, int err, const std::filesystem::path& directory) {
  std::vector<char*> words;
  for (const std::string& word : argv) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  const std::vector<char*> environment = ChildEnvironment();
  const pid_t pid = fork();
  if (pid < 0) throw std::runtime_error("fork");
  if (pid > 0) return pid;
  // Only calls that are safe between fork and exec.
  if (in >= 0) dup2(in, STDIN_FILENO);
  if (out >= 0) dup2(out, STDOUT_FILENO);
  if (err >= 0) dup2(err, STDERR_FILENO);
  if (!directory.empty() && chdir(directory.c_str()) != 0) _exit(126);
  execvpe(words[0], words.data(), environment.data());
  _exit(127);
}

int WaitFor(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return -1;
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

// Appends what can be read; false at the end.
bool Drain(int descriptor, std::string* text) {
  std::array<char, 1 << 14> buffer{};
  const ssize_t got = read(descriptor, buffer.data(), buffer.size());
  if (got > 0) text->append(buffer.data(), static_cast<std::size_t>(got));
  return got > 0 || (got < 0 && errno == EINTR);
}

}  // namespace

RunResult Run(const std::vector<std::string>& argv, const std::string& input, const std::filesystem::path& directory) {
  Pipe in, out, err;
  const pid_t pid = Start(argv, in.read, out.write, err.write, directory);
  close(in.read);
  close(out.write);
  close(err.write);
  // Inputs here fit a pipe's buffer, so this cannot block on a child that blocks on us.
  if (!input.empty() && write(in.write, input.data(), input.size()) < 0 && errno != EPIPE) {
    throw std::runtime_error("write to " + argv[0]);
  }
  close(in.write);
  RunResult result;
  bool out_open = true, err_open = true;
  while (out_open || err_open) {
    std::array<pollfd, 2> ready = {pollfd{out_open ? out.read : -1, POLLIN, 0},
                                   pollfd{err_open ? err.read : -1, POLLIN, 0}};
    if (poll(ready.data(), ready.size(), -1) < 0 && errno != EINTR) break;
    if (ready[0].revents != 0) out_open = Drain(out.read, &result.out);
    if (ready[1].revents != 0) err_open = Drain(err.read, &result.err);
  }
  close(out.read);
  close(err.read);
  result.exit_code = WaitFor(pid);
  return result;
}

std::filesystem::path ProgramDirectory() { return BRAID_PROGRAM_DIR; }
std::filesystem::path SourceDirectory() { return BRAID_SOURCE_DIR; }

ServerProcess::ServerProcess(const std::filesystem::path& data, const std::vector<std::string>& arguments) {
  std::vector<std::string> argv = {(ProgramDirectory() / "braidd").string(), "--data", data.string(), "--listen",
                                   "127.0.0.1:0"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  Pipe out;
  pid_ = Start(argv, -1, out.write, -1, {});
  close(out.write);
  out_ = out.read;
  while (greeting_.find('\n') == std::string::npos) {
    if (!Drain(out_, &greeting_)) {
      const int code = WaitFor(std::exchange(pid_, -1));
      close(std::exchange(out_, -1));
      throw std::runtime_error("braidd ended with " + std::to_string(code) + " before it served: " + greeting_);
    }
  }
  const std::string marker = "listening on ";
  const std::size_t begin = greeting_.find(marker);
  if (begin == std::string::npos) throw std::runtime_error("braidd greets otherwise: " + greeting_);
  address_ = greeting_.substr(begin + marker.size());
  address_.resize(address_.find_first_of(" \n"));
}

ServerProcess::~ServerProcess() {
  if (pid_ > 0) Stop(SIGKILL);
  if (out_ >= 0) close(out_);
}

int ServerProcess::Stop(int signal) {
  kill(pid_, signal);
  return WaitFor(std::exchange(pid_, -1));
}

}  // namespace braid::test
