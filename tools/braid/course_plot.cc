#include "tools/braid/course_plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "service/render/phrases.h"
#include "tools/braid/words.h"

namespace braid::cli {
namespace {

// A word of at most four letters, and what it means.
struct ShortWord {
  std::string_view word, meaning;
};

ShortWord ShortOf(v1::ReviewVerb verb) {
  switch (verb) {
    case v1::REVIEW_VERB_SAFETY:
      return {"safe", "safety first"};
    case v1::REVIEW_VERB_REPAIR:
      return {"rep", "repair the alliance first"};
    case v1::REVIEW_VERB_MEASURE:
      return {"meas", "measure"};
    case v1::REVIEW_VERB_TAPER:
      return {"tapr", "recovered: taper"};
    case v1::REVIEW_VERB_KEEP:
      return {"keep", "on track or reliably better: keep"};
    case v1::REVIEW_VERB_HOLD:
      return {"hold", "reliably worse, too early to judge: step nothing up"};
    case v1::REVIEW_VERB_REVIEW:
      return {"rev", "too early to judge: keep, and review"};
    case v1::REVIEW_VERB_SWITCH:
      return {"swit", "reliably worse in spite of the dose: switch"};
    case v1::REVIEW_VERB_INTENSIFY:
      return {"int", "improving, not enough: intensify"};
    case v1::REVIEW_VERB_REPLAN:
      return {"plan", "no better in spite of the dose: add or switch"};
    default:
      return {"?", "not known"};
  }
}

ShortWord ShortOf(v1::FlagChange change) {
  switch (change) {
    case v1::FLAG_CHANGE_ADDRESSED:
      return {"addr", "a safety flag addressed"};
    case v1::FLAG_CHANGE_RESOLVED:
      return {"resv", "a safety flag resolved"};
    default:
      return {"flag", "a safety flag raised"};
  }
}

ShortWord ShortOf(const v1::CourseEvent& event) {
  switch (event.event_case()) {
    case v1::CourseEvent::kFlag:
      return ShortOf(event.flag().change());
    case v1::CourseEvent::kRupture:
      return {"rupt", "a rupture noticed"};
    case v1::CourseEvent::kRuptureRepaired:
      return {"mend", "ruptures repaired"};
    case v1::CourseEvent::kStageId:
      return {"stag", "another stage of change"};
    case v1::CourseEvent::kTherapist:
      return {"ther", "another therapist"};
    case v1::CourseEvent::kNeeds:
      return {"need", "other needs"};
    case v1::CourseEvent::kPreference:
      return {"pref", "a preference"};
    case v1::CourseEvent::EVENT_NOT_SET:
      break;
  }
  return {"?", "not known"};
}

constexpr ShortWord kMissed = {"miss", "the session was missed"};

ShortWord ShortOf(v1::RevisionHold hold) {
  return hold == v1::REVISION_HOLD_SAFETY ? ShortWord{"safe", "until safety flags are addressed"}
                                          : ShortWord{"alli", "until the alliance is repaired"};
}

// `Verbs: keep = on track; rep = repair`: the words that occur, each once, in the order in which they were met.
class Legend {
 public:
  explicit Legend(std::string_view title) : text_(title) {}
  std::string Use(const ShortWord& word) {
    if (used_.insert(std::string(word.word)).second) {
      text_ += fmt::format("{} {} = {}", used_.size() == 1 ? ":" : ";", word.word, word.meaning);
    }
    return std::string(word.word);
  }
  void AddTo(std::vector<std::string>* lines) const {
    if (!used_.empty()) lines->push_back(text_);
  }

 private:
  std::string text_;
  std::set<std::string> used_;
};

std::optional<double> NumberOf(const v1::Node& node, std::string_view name) {
  for (const v1::Attribute& attribute : node.attributes()) {
    if (attribute.name() != name) continue;
    if (attribute.has_number()) return attribute.number();
    if (attribute.has_integer()) return static_cast<double>(attribute.integer());
  }
  return std::nullopt;
}

enum class Better { kUnknown, kLower, kHigher };

Better BetterOf(const v1::Node& measure) {
  for (const v1::Attribute& attribute : measure.attributes()) {
    if (attribute.name() != "direction") continue;
    if (attribute.text() == "higher_worse") return Better::kLower;
    if (attribute.text() == "lower_worse" || attribute.text() == "higher_better") return Better::kHigher;
  }
  return Better::kUnknown;
}

class Builder {
 public:
  explicit Builder(const CourseSources& sources) : sources_(sources), nodes_(NodesOf(sources)), labels_(nodes_) {
    for (const v1::PlanRevision& step : sources.simulation.steps()) revisions_[step.session_number()] = &step;
    const v1::PlanRevision& now = sources.reply.revision();
    revisions_[now.session_number()] = &now;
  }

  CoursePlot Build() {
    Curves();
    Events();
    Holds();
    Verbs();
    PlanChanges();
    Sessions();
    return std::move(plot_);
  }

 private:
  using Nodes = google::protobuf::RepeatedPtrField<v1::Node>;

  static Nodes NodesOf(const CourseSources& sources) {
    Nodes nodes = sources.reply.nodes();
    nodes.MergeFrom(sources.simulation.nodes());
    return nodes;
  }

  // --- Curves

  void Curves() {
    for (const v1::MeasureScores& measure : sources_.request.recommend().profile().measures()) {
      if (!measure.scores().empty()) AddPoint(measure.measure_id(), {0, *measure.scores().rbegin()});
    }
    for (const v1::SessionRecord& record : Records()) {
      for (const v1::Score& score : record.scores()) AddPoint(score.measure_id(), {record.number(), score.score()});
    }
    for (auto& [measure, points] : points_) AddCurve(measure, std::move(points));
    AddAlliance();
  }

  // By node: an alias and its id are one measure.
  void AddPoint(const std::string& id, const CoursePoint& point) {
    const v1::Node* measure = &sources_.measures.at(id);
    const auto found = std::find_if(points_.begin(), points_.end(),
                                    [&](const auto& entry) { return entry.first->id() == measure->id(); });
    if (found == points_.end()) {
      points_.push_back({measure, {point}});
    } else {
      found->second.push_back(point);
    }
  }

  void AddCurve(const v1::Node* measure, std::vector<CoursePoint> points) {
    CourseCurve curve;
    curve.points = std::move(points);
    const v1::ScoreReview* review = ReviewOf(measure->id());
    const std::optional<double> cutoff = CutoffOf(*measure, review);
    if (cutoff.has_value()) curve.levels.push_back({CourseLevel::Mark::kCutoff, *cutoff});
    AddReliableChange(*measure, review, &curve);
    if (curve.levels.empty()) curve.note = "neither a cut-off nor a reliable change is known";
    if (review != nullptr && review->verification() != v1::VERIFICATION_SOURCE && !curve.levels.empty()) {
      curve.note = "its constants are not verified in their source";
    }
    AddBands(measure->id(), &curve);
    SetAxis(*measure, &curve);
    plot_.curves.push_back(std::move(curve));
  }

  static std::optional<double> CutoffOf(const v1::Node& measure, const v1::ScoreReview* review) {
    if (review == nullptr) return NumberOf(measure, "clinical_cutoff");
    return review->has_clinical_cutoff() ? std::optional(review->clinical_cutoff()) : std::nullopt;
  }

  static std::optional<double> ReliableChangeOf(const v1::Node& measure, const v1::ScoreReview* review) {
    if (review == nullptr) return NumberOf(measure, "reliable_change");
    return review->has_reliable_change() ? std::optional(review->reliable_change()) : std::nullopt;
  }

  static void AddReliableChange(const v1::Node& measure, const v1::ScoreReview* review, CourseCurve* curve) {
    const std::optional<double> change = ReliableChangeOf(measure, review);
    const Better better = BetterOf(measure);
    if (!change.has_value() || better == Better::kUnknown) return;
    const double baseline = curve->points.front().score;
    const double gain = better == Better::kHigher ? *change : -*change;
    curve->levels.push_back({CourseLevel::Mark::kReliablyBetter, baseline + gain});
    curve->levels.push_back({CourseLevel::Mark::kReliablyWorse, baseline - gain});
  }

  // The latest that speaks of the measure; nullptr: none does.
  const v1::ScoreReview* ReviewOf(const std::string& measure_id) const {
    for (auto revision = revisions_.rbegin(); revision != revisions_.rend(); ++revision) {
      const v1::ScoreReview* review = ReviewIn(*revision->second, measure_id);
      if (review != nullptr) return review;
    }
    return nullptr;
  }

  static const v1::ScoreReview* ReviewIn(const v1::PlanRevision& revision, const std::string& measure_id) {
    for (const v1::NeedReview& need : revision.needs()) {
      if (need.has_score() && need.score().measure_id() == measure_id) return &need.score();
      for (const v1::ScoreReview& score : need.other_scores()) {
        if (score.measure_id() == measure_id) return &score;
      }
    }
    return nullptr;
  }

  void AddBands(const std::string& measure_id, CourseCurve* curve) const {
    std::map<int, CourseBand> bands;
    for (const auto& [session, revision] : revisions_) {
      const v1::ScoreReview* review = ReviewIn(*revision, measure_id);
      if (review == nullptr || !review->has_expected()) continue;
      const v1::ExpectedBand& band = review->expected();
      bands[band.session_number()] = {band.session_number(), band.worst_fifth(), band.worst_tenth()};
    }
    for (const auto& [session, band] : bands) curve->bands.push_back(band);
  }

  // The measure's range; without one, as a strip, from the least to the greatest that is drawn, to whole points. Levels
  // beyond it are said instead.
  static void SetAxis(const v1::Node& measure, CourseCurve* curve) {
    const std::optional<double> low = NumberOf(measure, "range_min"), high = NumberOf(measure, "range_max");
    const bool has_range = low.has_value() && high.has_value() && *low < *high;
    curve->title = measure.preferred_label().empty() ? measure.id() : measure.preferred_label();
    if (curve->is_alliance) curve->title += ", the alliance";
    if (has_range) curve->title += fmt::format(", {} to {}", NumberText(*low), NumberText(*high));
    const Better better = BetterOf(measure);
    if (better != Better::kUnknown) {
      curve->title += better == Better::kLower ? ", lower is better" : ", higher is better";
    }
    if (has_range && !curve->is_alliance) {
      curve->low = *low;
      curve->high = *high;
      DropLevelsBeyond(curve);
    } else {
      SpanWhatIsDrawn(curve);
    }
  }

  static void SpanWhatIsDrawn(CourseCurve* curve) {
    double least = curve->points.front().score, greatest = least;
    const auto span = [&](double score) {
      least = std::min(least, score);
      greatest = std::max(greatest, score);
    };
    for (const CoursePoint& point : curve->points) span(point.score);
    for (const CourseLevel& level : curve->levels) span(level.score);
    curve->low = std::floor(least);
    curve->high = std::max(std::ceil(greatest), curve->low + 1);
  }

  static void DropLevelsBeyond(CourseCurve* curve) {
    std::erase_if(curve->levels, [&](const CourseLevel& level) {
      if (level.score >= curve->low && level.score <= curve->high) return false;
      curve->note += fmt::format("{}{} is beyond the range", curve->note.empty() ? "" : "; ",
                                 level.mark == CourseLevel::Mark::kReliablyBetter  ? "a reliably better score"
                                 : level.mark == CourseLevel::Mark::kReliablyWorse ? "a reliably worse score"
                                                                                   : "the clinical cut-off");
      return true;
    });
  }

  void AddAlliance() {
    const v1::Course& course = sources_.request.course();
    const v1::Alliance& before = sources_.request.recommend().profile().alliance();
    CourseCurve curve;
    curve.is_alliance = true;
    if (!before.scores().empty()) curve.points.push_back({0, *before.scores().rbegin()});
    for (const v1::SessionRecord& record : Records()) {
      if (!record.has_alliance_score()) continue;
      if (record.number() == 0) curve.points.clear();
      curve.points.push_back({record.number(), record.alliance_score()});
    }
    if (curve.points.empty()) return;
    const v1::Node& measure =
        sources_.measures.at(course.alliance_measure_id().empty() ? before.measure_id() : course.alliance_measure_id());
    if (const auto cutoff = NumberOf(measure, "clinical_cutoff"); cutoff.has_value()) {
      curve.levels.push_back({CourseLevel::Mark::kCutoff, *cutoff});
    } else {
      curve.note = "no cut-off is known";
    }
    SetAxis(measure, &curve);
    plot_.curves.push_back(std::move(curve));
  }

  // --- Rows

  const google::protobuf::RepeatedPtrField<v1::SessionRecord>& Records() const {
    return sources_.request.course().sessions();
  }

  // As many rows as the session with most of them has events; the same kind of event twice is shown once.
  void Events() {
    Legend legend("Events");
    std::vector<CourseRow> rows;
    for (const v1::SessionRecord& record : Records()) {
      std::vector<std::string> words;
      if (record.missed()) words.push_back(legend.Use(kMissed));
      for (const v1::CourseEvent& event : record.events()) {
        std::string word = legend.Use(ShortOf(event));
        if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(std::move(word));
      }
      for (std::size_t i = 0; i < words.size(); ++i) {
        if (i == rows.size()) rows.push_back({CourseRow::Kind::kEvent, i == 0 ? "events" : "", {}});
        rows[i].cells[record.number()] = std::move(words[i]);
      }
    }
    for (CourseRow& row : rows) plot_.rows.push_back(std::move(row));
    legend.AddTo(&plot_.legend);
  }

  void Holds() {
    Legend legend("Changes wait");
    CourseRow row{CourseRow::Kind::kHold, "changes wait", {}};
    for (const auto& [session, revision] : revisions_) {
      if (revision->held_by() == v1::REVISION_HOLD_UNSPECIFIED) continue;
      row.cells[session] = legend.Use(ShortOf(revision->held_by()));
    }
    if (!row.cells.empty()) plot_.rows.push_back(std::move(row));
    legend.AddTo(&plot_.legend);
  }

  void Verbs() {
    Legend legend("Needs");
    std::map<std::string, CourseRow> rows;
    bool consult = false;
    for (const auto& [session, revision] : revisions_) {
      for (const v1::NeedReview& need : revision->needs()) {
        CourseRow& row = rows[need.need_id()];
        row.label = labels_.Of(need.need_id());
        row.cells[session] = legend.Use(ShortOf(need.verb())) + (need.consult() ? "!" : "");
        consult = consult || need.consult();
      }
    }
    for (auto& [id, row] : rows) plot_.rows.push_back(std::move(row));
    if (consult) legend.Use({"!", "consult"});
    legend.AddTo(&plot_.legend);
  }

  // `+2−1`: techniques that come in, and go.
  void PlanChanges() {
    CourseRow row{CourseRow::Kind::kPlan, "plan", {}};
    for (const auto& [session, revision] : revisions_) {
      int in = 0, out = 0;
      for (const v1::TechniqueChange& change : revision->changes()) {
        const bool is_switch = change.kind() == v1::CHANGE_KIND_SWITCHED;
        in += static_cast<int>(is_switch || change.kind() == v1::CHANGE_KIND_ADDED);
        out += static_cast<int>(is_switch || change.kind() == v1::CHANGE_KIND_DROPPED);
      }
      if (in + out == 0) continue;
      row.cells[session] =
          (in > 0 ? fmt::format("+{}", in) : std::string()) + (out > 0 ? fmt::format("−{}", out) : std::string());
    }
    if (row.cells.empty()) return;
    plot_.rows.push_back(std::move(row));
    plot_.legend.emplace_back("Plan: + techniques that come in; − techniques that go");
  }

  void Sessions() {
    std::set<int> sessions;
    for (const v1::SessionRecord& record : Records()) sessions.insert(record.number());
    for (const CourseCurve& curve : plot_.curves) sessions.insert(curve.points.front().session);
    if (sessions.empty()) return;
    plot_.first_session = *sessions.begin();
    plot_.last_session = *sessions.rbegin();
    plot_.title = fmt::format("Course, sessions {} to {}", plot_.first_session, plot_.last_session);
  }

  const CourseSources& sources_;
  Nodes nodes_;
  service::Labels labels_;
  std::map<int, const v1::PlanRevision*> revisions_;  // by session
  std::vector<std::pair<const v1::Node*, std::vector<CoursePoint>>> points_;
  CoursePlot plot_;
};

}  // namespace

CoursePlot PlotOf(const CourseSources& sources) { return Builder(sources).Build(); }

std::string LevelText(const CourseLevel& level) {
  switch (level.mark) {
    case CourseLevel::Mark::kReliablyBetter:
      return fmt::format("reliably better from {}", NumberText(level.score));
    case CourseLevel::Mark::kReliablyWorse:
      return fmt::format("reliably worse from {}", NumberText(level.score));
    case CourseLevel::Mark::kCutoff:
      break;
  }
  return fmt::format("clinical cut-off {}", NumberText(level.score));
}

}  // namespace braid::cli
