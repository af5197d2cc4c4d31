#include "tools/bench/random_course.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>

#include "ontology/lookup.h"
#include "tools/bench/dice.h"
#include "tools/bench/random_profile.h"

namespace braid::ontology {
namespace {

// A measure, and how a client does by it.
struct Scored {
  std::string id;
  double least = 0, most = 0, score = 0, step = 0;
};

class Scripter {
 public:
  Scripter(const graph::Snapshot& snapshot, const ClientProfile& profile, const std::vector<std::string>& in_force,
           std::uint32_t seed)
      : snapshot_(snapshot), profile_(profile), in_force_(in_force), dice_(seed), flags_(profile.flags) {}

  Course Script() {
    PickMeasures();
    if (dice_.OneIn(2)) course_.alliance_measure = dice_.OneIn(3) ? "measure:wai_sr" : "measure:srs";
    is_quiet_ = dice_.OneIn(2);
    const int sessions = is_quiet_ ? dice_.Between(3, 24) : dice_.Between(1, 12);
    int number = dice_.Below(2);
    for (int i = 0; i < sessions; ++i, number += dice_.OneIn(6) ? 2 : 1) AddSession(number);
    return std::move(course_);
  }

 private:
  // Some of all, and most of those that measure what the client is treated for.
  void PickMeasures() {
    std::vector<std::string> usable;
    for (const std::string& id : IdsOf(snapshot_, "measure")) {
      const graph::NodeIndex node = *snapshot_.Find(id);
      const bool has_range = NumberOf(snapshot_, node, "range_max").has_value();
      if (has_range && TextOf(snapshot_, node, "measure_type") != "alliance") usable.push_back(id);
    }
    std::vector<std::string> picked = dice_.Some(usable, 3);
    for (const std::string& id : usable) {
      const bool is_new = std::count(picked.begin(), picked.end(), id) == 0;
      if (is_new && MeasuresTheClient(*snapshot_.Find(id)) && !dice_.OneIn(4)) picked.push_back(id);
    }
    for (const std::string& id : picked) AddMeasure(id);
  }

  bool MeasuresTheClient(graph::NodeIndex measure) const {
    for (const graph::Arc& arc : snapshot_.out(measure, *snapshot_.schema().FindRelation("measures"))) {
      const std::string id(snapshot_.id(arc.node));
      if (std::count(profile_.concerns.begin(), profile_.concerns.end(), id) > 0) return true;
      for (const ClientProfile::Need& need : profile_.needs) {
        if (need.node == id) return true;
      }
    }
    return false;
  }

  void AddMeasure(const std::string& id) {
    const graph::NodeIndex node = *snapshot_.Find(id);
    Scored scored;
    scored.id = id;
    scored.least = *NumberOf(snapshot_, node, "range_min");
    scored.most = *NumberOf(snapshot_, node, "range_max");
    const double width = scored.most - scored.least;
    scored.score = std::round(scored.least + width * dice_.Below(101) / 100);
    scored.step = width * (dice_.Below(9) - 4) / 80;
    measures_.push_back(scored);
  }

  void AddSession(int number) {
    Course::Session session;
    session.number = number;
    session.missed = number > 0 && dice_.OneIn(10);
    if (number > 0 && !session.missed) {
      for (const std::string& id : in_force_) {
        if (!dice_.OneIn(3)) session.techniques.push_back(id);
      }
      if (course_.alliance_measure.has_value() && !dice_.OneIn(4)) {
        const bool is_srs = *course_.alliance_measure == "measure:srs";
        session.alliance_score = is_srs ? dice_.Between(is_quiet_ ? 36 : 28, 40) : dice_.Between(12, 60);
      }
    }
    for (Scored& measure : measures_) AddScore(measure, session);
    while (dice_.OneIn(is_quiet_ ? 40 : 4)) session.events.push_back(RandomEvent());
    course_.sessions.push_back(std::move(session));
  }

  void AddScore(Scored& measure, Course::Session& session) {
    const double jump = dice_.OneIn(12) ? (measure.most - measure.least) * (dice_.Below(3) - 1) / 3 : 0;
    measure.score = std::clamp(std::round(measure.score + measure.step + jump), measure.least, measure.most);
    if (!dice_.OneIn(4)) session.scores.push_back({measure.id, measure.score});
  }

  Course::Event RandomEvent() {
    switch (dice_.Below(9)) {
      case 0:
        return Raise();
      case 1:
      case 2:
        return Lower();
      case 3:
        return dice_.OneIn(2) ? RuptureMarker::kWithdrawal : RuptureMarker::kConfrontation;
      case 4:
        return Course::RuptureRepaired{};
      case 5:
        return Course::StageEvent{dice_.One(IdsOf(snapshot_, "stage"))};
      case 6:
        return ClientProfile::Preference{dice_.One(IdsOf(snapshot_, "technique")),
                                         static_cast<Attitude>(1 + dice_.Below(3))};
      case 7: {
        ClientProfile::Therapist therapist;
        therapist.modalities = {dice_.One(IdsOf(snapshot_, "modality")), dice_.One(IdsOf(snapshot_, "modality"))};
        if (therapist.modalities[0] == therapist.modalities[1]) therapist.modalities.pop_back();
        therapist.home_modality = therapist.modalities.front();
        return therapist;
      }
      default: {
        Course::NeedsEvent needs;
        for (const std::string& id : dice_.Some(IdsOf(snapshot_, "process"), 3)) needs.needs.push_back({id});
        needs.concerns = dice_.Some(IdsOf(snapshot_, "concern"), 2);
        return needs;
      }
    }
  }

  Course::Event Raise() {
    const std::string flag = dice_.One(IdsOf(snapshot_, "flag"));
    if (std::count(flags_.begin(), flags_.end(), flag) == 0) flags_.push_back(flag);
    return Course::FlagEvent{flag, FlagChange::kRaised};
  }

  Course::Event Lower() {
    if (flags_.empty()) return Raise();
    const std::string flag = dice_.One(flags_);
    if (dice_.OneIn(2)) return Course::FlagEvent{flag, FlagChange::kAddressed};
    std::erase(flags_, flag);
    return Course::FlagEvent{flag, FlagChange::kResolved};
  }

  const graph::Snapshot& snapshot_;
  const ClientProfile& profile_;
  const std::vector<std::string>& in_force_;
  Dice dice_;
  std::vector<std::string> flags_;
  std::vector<Scored> measures_;
  bool is_quiet_ = false;  // little happens beside the scores
  Course course_;
};

}  // namespace

Course RandomCourse(const graph::Snapshot& snapshot, const ClientProfile& profile,
                    const std::vector<std::string>& in_force, std::uint32_t seed) {
  return Scripter(snapshot, profile, in_force, seed).Script();
}

}  // namespace braid::ontology
