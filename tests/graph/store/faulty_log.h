// A log in memory that returns every outcome there is, chosen by a seed.
//
// It stands for a log on other machines: an append may land and its answer be lost, be lost itself, or land late, when
// the head still is what it was made for.

#ifndef BRAID_TESTS_GRAPH_STORE_FAULTY_LOG_H_
#define BRAID_TESTS_GRAPH_STORE_FAULTY_LOG_H_

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "graph/store/change_log.h"

namespace braid::graph::store {

// Of a hundred appends, how many end in each way; the rest commit.
struct FaultPlan {
  unsigned conflict = 0;  // another writer came first, with an entry of its own
  unsigned unknown_landed = 0;
  unsigned unknown_lost = 0;
  unsigned unknown_late = 0;  // lands at a later call, unless another entry took its place
  unsigned refused = 0;       // certainly not appended, for a cause
};

class FaultyLog : public ChangeLog {
 public:
  // `rival` makes the entry of the other writer after a conflict; without it none is made.
  using Rival = std::function<LogEntry(Revision number)>;
  FaultyLog(std::uint64_t seed, FaultPlan plan, Rival rival = {});

  AppendResult Append(Revision expected_head, std::span<const LogEntry> entries, RowBatch* rows) override;
  absl::StatusOr<std::optional<RevisionInfo>> Resolve(std::string_view change_set_id) override;
  absl::Status Read(Revision from, std::size_t limit, const std::function<bool(const LogEntry&)>& visit) override;
  absl::StatusOr<RevisionInfo> ReadInfo(Revision revision) override;
  std::unique_ptr<void, void (*)(void*)> Tail(std::function<void()> wake) override;
  absl::StatusOr<Revision> Head() override;
  absl::StatusOr<Revision> Oldest() override;
  absl::Status Trim(Revision oldest) override;

  void SetPlan(FaultPlan plan);
  // Lands what is on its way, or finds that it no longer fits.
  void LandLate();

 private:
  struct Pending {
    Revision expected_head{};
    std::vector<LogEntry> entries;
  };

  Revision HeadLocked() const { return Revision{Number(oldest_) - 1 + entries_.size()}; }
  void LandLocked(std::span<const LogEntry> entries);
  void LandPendingLocked();
  absl::Status CheckLocked(Revision revision) const;
  void Wake();

  std::mutex mutex_;
  std::mt19937_64 random_;
  FaultPlan plan_;
  Rival rival_;
  Revision oldest_{1};
  std::vector<LogEntry> entries_;
  std::map<std::string, RevisionInfo, std::less<>> change_sets_;
  std::optional<Pending> pending_;

  std::mutex wake_mutex_;
  std::list<std::function<void()>> wakers_;
};

}  // namespace braid::graph::store

#endif  // BRAID_TESTS_GRAPH_STORE_FAULTY_LOG_H_
