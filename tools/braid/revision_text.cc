#include "tools/braid/revision_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "service/render/phrases.h"
#include "tools/braid/session.h"
#include "tools/braid/words.h"

namespace braid::cli {
namespace {

using service::Counted;
using service::Joined;
using service::Labels;

constexpr std::size_t kIndent = 3;

std::size_t Width(const Terminal& terminal) { return std::min<std::size_t>(terminal.width(), 120); }

// Lines under headings.
class Page {
 public:
  explicit Page(const Terminal& terminal) : terminal_(terminal) {}

  void Heading(const std::string& text) {
    if (!out_.empty()) out_ += '\n';
    out_ += terminal_.Styled(Wrap(text, 0, Width(terminal_)), Style::kBold);
  }
  void Line(std::string_view text, std::size_t indent = kIndent) {
    if (!text.empty()) out_ += Wrap(text, indent, Width(terminal_));
  }
  // `mark` before the first line, the further ones beneath its text.
  void Item(std::string_view mark, std::string_view text, Style style = Style::kPlain, std::size_t indent = kIndent) {
    const std::size_t under = indent + DisplayWidth(mark) + 1;
    std::string lines = Wrap(text, under, Width(terminal_));
    out_ += std::string(indent, ' ') + terminal_.Styled(mark, style) + lines.substr(under - 1);
  }
  void Dim(const std::string& text) { out_ += terminal_.Styled(text, Style::kDim); }
  void Add(std::string_view text) { out_ += text; }

  std::string Text() { return std::move(out_); }

 private:
  const Terminal& terminal_;
  std::string out_;
};

std::string Upper(std::string word) {
  for (char& letter : word) {
    if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
  }
  return word;
}

std::string VerbText(v1::ReviewVerb verb) { return Upper(EnumWord(v1::ReviewVerb_descriptor(), verb)); }

std::string Capitalised(std::string word) {
  if (!word.empty()) word.front() = Upper(word.substr(0, 1)).front();
  return word;
}

struct Look {
  std::string_view mark;
  Style style;
};

Look LookOf(v1::ChangeKind kind) {
  switch (kind) {
    case v1::CHANGE_KIND_DROPPED:
      return {"−", Style::kRed};
    case v1::CHANGE_KIND_SWITCHED:
      return {"⇄", Style::kYellow};
    case v1::CHANGE_KIND_ADDED:
      return {"+", Style::kGreen};
    case v1::CHANGE_KIND_INTENSIFIED:
      return {"↑", Style::kGreen};
    default:
      return {"=", Style::kDim};
  }
}

// One revision, onto a page, part by part: its `text` says the same in a run.
class Revision {
 public:
  Revision(const v1::PlanRevision& revision, const Labels& labels, bool full, Page* page)
      : revision_(revision), labels_(labels), full_(full), page_(*page) {}

  void Verdict() {
    std::vector<std::string> parts;
    if (revision_.progress_state() != v1::PROGRESS_STATE_UNSPECIFIED) {
      parts.push_back(EnumWord(v1::ProgressState_descriptor(), revision_.progress_state()));
    }
    if (revision_.held_by() == v1::REVISION_HOLD_SAFETY) parts.emplace_back("safety first, changes wait");
    if (revision_.held_by() == v1::REVISION_HOLD_ALLIANCE) parts.emplace_back("repair first, changes wait");
    for (const v1::ReviewVerb verb : Verbs()) parts.push_back(EnumWord(v1::ReviewVerb_descriptor(), verb));
    if (revision_.consult()) parts.emplace_back("consult");
    page_.Heading(fmt::format("After session {}{}{}", revision_.session_number(), parts.empty() ? "" : ": ",
                              fmt::join(parts, " · ")));
    if (!revision_.held_until().empty()) page_.Item("!", revision_.held_until(), Style::kYellow);
    if (revision_.consult()) page_.Item("!", ConsultText(), Style::kRed);
    for (const v1::StageMovement& movement : revision_.stage_movements()) {
      page_.Item("·", fmt::format("Session {}: {}", movement.session_number(), movement.text()));
    }
  }

  void Changes() {
    std::vector<std::string> kept;
    for (const v1::TechniqueChange& change : revision_.changes()) {
      if (change.kind() == v1::CHANGE_KIND_KEPT && !full_) {
        kept.push_back(labels_.Of(change.technique_id()) + VanishesText(change));
        continue;
      }
      const Look look = LookOf(change.kind());
      page_.Item(look.mark, ChangeText(change), look.style);
    }
    if (!kept.empty()) page_.Item("=", fmt::format("Kept: {}.", fmt::join(kept, "; ")), Style::kDim);
    if (revision_.changes().empty()) page_.Line("There is no technique in the plan, before or after.");
  }

  void Needs() {
    for (const v1::NeedReview& need : revision_.needs()) {
      page_.Item("·", NeedText(need));
      if (full_) NeedInFull(need);
    }
  }

  void NextMeasurements() {
    for (const v1::NextMeasurement& next : revision_.next_measurements()) {
      page_.Item("·", fmt::format("{} at session {}: {}", labels_.Of(next.measure_id()), next.session_number(),
                                  service::Sentence(next.because())));
    }
  }

  void Plan() {
    if (revision_.technique_ids().empty()) return;
    std::vector<std::string> labels;
    for (const std::string& id : revision_.technique_ids()) labels.push_back(labels_.Of(id));
    page_.Line(fmt::format("In the order to take them up: {}.", fmt::join(labels, "; ")));
  }

 private:
  // What the rules say beside the hold, each once, in their order.
  std::set<v1::ReviewVerb> Verbs() const {
    std::set<v1::ReviewVerb> verbs;
    for (const v1::NeedReview& need : revision_.needs()) verbs.insert(need.verb());
    verbs.erase(v1::REVIEW_VERB_SAFETY);
    verbs.erase(v1::REVIEW_VERB_REPAIR);
    return verbs;
  }

  std::string ConsultText() const {
    std::vector<std::string> needs;
    for (const v1::NeedReview& need : revision_.needs()) {
      if (need.consult()) needs.push_back(labels_.Of(need.need_id()));
    }
    return fmt::format("Discuss the case with a supervisor or colleagues before the next session{}{}.",
                       needs.empty() ? "" : ": ", fmt::join(needs, "; "));
  }

  std::string ChangeText(const v1::TechniqueChange& change) const {
    std::string what = fmt::format("{}: {}", Capitalised(EnumWord(v1::ChangeKind_descriptor(), change.kind())),
                                   labels_.Of(change.technique_id()));
    if (!change.replaced_technique_id().empty()) {
      what += fmt::format(" instead of {}", labels_.Of(change.replaced_technique_id()));
    }
    if (change.session_count() > 0) what += ", " + Counted(change.session_count(), "session", "sessions");
    if (!change.need_id().empty()) what += fmt::format(", for {}", labels_.Of(change.need_id()));
    return Joined({what + ".", service::Sentence(change.because())});
  }

  // Where its `because`, which says so too, is left out.
  static std::string VanishesText(const v1::TechniqueChange& change) {
    if (!change.has_vanishes_at()) return {};
    return fmt::format(" (while λ is below {})", service::NumberText(change.vanishes_at()));
  }

  std::string NeedText(const v1::NeedReview& need) const {
    std::string what = fmt::format("{}: {}", labels_.Of(need.need_id()), VerbText(need.verb()));
    if (need.waiting_verb() != v1::REVIEW_VERB_UNSPECIFIED && need.waiting_verb() != need.verb()) {
      what += fmt::format(", then {}", VerbText(need.waiting_verb()));
    }
    if (need.consult()) what += ", consult";
    std::string review;
    if (need.review_at_session() > 0) review = fmt::format("Review after session {}.", need.review_at_session());
    return Joined({what + ".", service::Sentence(need.because()),
                   need.contradicted() ? "Its measures contradict each other." : std::string(), review});
  }

  void NeedInFull(const v1::NeedReview& need) {
    if (need.has_score()) page_.Item("·", ScoreText(need.score()), Style::kPlain, 2 * kIndent);
    for (const v1::ScoreReview& score : need.other_scores()) {
      page_.Item("·", ScoreText(score), Style::kPlain, 2 * kIndent);
    }
    for (const v1::Dose& dose : need.doses()) {
      page_.Item("·",
                 fmt::format("{}: {} so far, typically {} to {}.", labels_.Of(dose.technique_id()),
                             Counted(dose.session_count(), "session", "sessions"), dose.least(), dose.most()),
                 Style::kPlain, 2 * kIndent);
    }
  }

  std::string ScoreText(const v1::ScoreReview& score) const {
    using service::NumberText;
    std::string text = fmt::format("{}: {} to {} (session {})", labels_.Of(score.measure_id()),
                                   NumberText(score.baseline()), NumberText(score.latest()), score.latest_session());
    const auto add = [&](bool has, std::string_view what, double value) {
      if (has) text += fmt::format("; {} {}", what, NumberText(value));
    };
    add(score.has_improvement(), "better by", score.improvement());
    add(score.has_reliable_change_index(), "reliable change index", score.reliable_change_index());
    add(score.has_reliable_change(), "reliable from", score.reliable_change());
    add(score.has_clinical_cutoff(), "clinical cut-off", score.clinical_cutoff());
    if (score.has_expected()) {
      const v1::ExpectedBand& band = score.expected();
      text += fmt::format("; expected after {}: one in five worse off than {}, one in ten than {}",
                          Counted(band.session_number(), "session", "sessions"), NumberText(band.worst_fifth()),
                          NumberText(band.worst_tenth()));
    }
    if (score.track() != v1::SCORE_TRACK_UNSPECIFIED) {
      text += "; " + EnumWord(v1::ScoreTrack_descriptor(), score.track());
    }
    if (score.recovered()) text += "; recovered";
    if (score.verification() != v1::VERIFICATION_SOURCE) text += "; its constants are not verified in their source";
    return text + ".";
  }

  const v1::PlanRevision& revision_;
  const Labels& labels_;
  bool full_;
  Page& page_;
};

void DrawSafety(const v1::Recommendation& recommendation, const Labels& labels, Page* page) {
  if (recommendation.safety().empty()) return;
  page->Heading("Safety first");
  for (const v1::SafetyStep& step : recommendation.safety()) {
    page->Item("!", service::SafetyWords(step, labels), Style::kRed);
  }
}

void DrawAskFirst(const v1::Recommendation& recommendation, bool full, Page* page) {
  if (recommendation.ask_first().empty()) return;
  page->Heading("Ask first");
  if (!full) {
    page->Line(fmt::format("Safety rules leave {} open; --full shows them.",
                           Counted(recommendation.ask_first_size(), "question", "questions")));
    return;
  }
  for (const v1::OpenQuestion& question : recommendation.ask_first()) page->Item("·", question.text());
}

void Close(const v1::ResponseHeader& header, const std::string& note_on_use, const Terminal& terminal, Page* page) {
  page->Dim("\n" + HeaderText(header) + "\n" + Wrap(note_on_use, 0, Width(terminal)));
}

}  // namespace

std::string DrawRevision(const v1::ReviseResponse& reply, const std::string& plot, const Terminal& terminal,
                         bool full) {
  const v1::Recommendation& recommendation = reply.recommendation();
  google::protobuf::RepeatedPtrField<v1::Node> nodes = reply.nodes();
  nodes.MergeFrom(recommendation.nodes());
  const Labels labels(nodes);
  Page page(terminal);
  Revision revision(reply.revision(), labels, full, &page);
  revision.Verdict();
  DrawSafety(recommendation, labels, &page);
  page.Add(plot);
  page.Heading(fmt::format("Plan from now on ({}; each change costs λ {})",
                           reply.revision().replanned() ? "sought anew" : "not sought anew",
                           service::NumberText(reply.revision().change_cost())));
  revision.Changes();
  for (const v1::PlanObstacle& obstacle : recommendation.obstacles()) page.Item("·", obstacle.text());
  revision.Plan();
  if (!reply.revision().needs().empty()) {
    page.Heading("Needs");
    revision.Needs();
  }
  if (!reply.revision().next_measurements().empty()) {
    page.Heading("Measure next");
    revision.NextMeasurements();
  }
  DrawAskFirst(recommendation, full, &page);
  if (!recommendation.relationship().text().empty()) {
    page.Heading("Relationship");
    page.Line(recommendation.relationship().text());
  }
  Close(reply.header(), recommendation.note_on_use(), terminal, &page);
  return page.Text();
}

std::string DrawSimulation(const v1::SimulateCourseResponse& reply, const Terminal& terminal, bool full) {
  const Labels labels(reply.nodes());
  Page page(terminal);
  for (const v1::PlanRevision& step : reply.steps()) {
    Revision revision(step, labels, full, &page);
    revision.Verdict();
    revision.Changes();
    revision.Needs();
    if (full) revision.NextMeasurements();
  }
  if (reply.steps().empty()) page.Line("There is no session after the one that the plan was made after.", 0);
  if (!reply.flaps().empty()) page.Heading("To and fro for nothing: a defect of rules, policy or ontology");
  for (const v1::PlanFlap& flap : reply.flaps()) {
    page.Item("!",
              fmt::format("{}: changed after session {}, undone after session {}, though nothing new was learned.",
                          labels.Of(flap.technique_id()), flap.changed_at_session(), flap.undone_at_session()),
              Style::kRed);
  }
  Close(reply.header(), reply.note_on_use(), terminal, &page);
  return page.Text();
}

}  // namespace braid::cli
