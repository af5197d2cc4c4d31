// What every ChangeLog must do. One suite; each implementation instantiates it with a way to make its log.
//
//   INSTANTIATE_TEST_SUITE_P(Embedded, ChangeLogConformance, testing::Values(LogFactory{…}));
//
// The program is linked with change_log_conformance.cc.

#ifndef BRAID_TESTS_GRAPH_STORE_CHANGE_LOG_CONFORMANCE_H_
#define BRAID_TESTS_GRAPH_STORE_CHANGE_LOG_CONFORMANCE_H_

#include <gtest/gtest.h>

#include <functional>
#include <memory>

#include "graph/store/change_log.h"

namespace braid::graph::store {

// A log and what it lives in; empty when made.
class LogUnderTest {
 public:
  virtual ~LogUnderTest() = default;
  virtual ChangeLog& log() = 0;
  // Closes and opens it again, where it outlives the process.
  virtual void Reopen() {}
};

using LogFactory = std::function<std::unique_ptr<LogUnderTest>()>;

class ChangeLogConformance : public testing::TestWithParam<LogFactory> {
 protected:
  ChangeLogConformance() : under_test_(GetParam()()) {}
  ChangeLog& log() { return under_test_->log(); }
  void Reopen() { under_test_->Reopen(); }

 private:
  std::unique_ptr<LogUnderTest> under_test_;
};

}  // namespace braid::graph::store

#endif  // BRAID_TESTS_GRAPH_STORE_CHANGE_LOG_CONFORMANCE_H_
