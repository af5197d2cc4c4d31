#include "service/render/question_words.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "fmt/format.h"

namespace braid::service {
namespace {

struct Question {
  std::string_view field;
  std::string_view text;
};

constexpr std::array kQuestions = {
    Question{"stage", "At which stage of change is the client?"},
    Question{"trait.coping_style", "Does the client cope inward (brooding, withdrawal) or outward (acting, blaming)?"},
    Question{"trait.reactance", "How readily does the client resist what feels like being directed?"},
    Question{"trait.functional_impairment", "How far does the problem disturb work, relationships and self-care?"},
    Question{"trait.subjective_distress", "How much does the client suffer now?"},
    Question{"support.social", "How much support does the client have from others?"},
    Question{"alliance.state", "How is the working alliance, by a measure or by what was noticed?"},
    Question{"progress.state", "Does the client do as well as is expected at this point?"},
    Question{"format", "Who is in the room: the client alone, a couple, a family or a group?"},
    Question{"need.thoughts", "How great is the need in thoughts, from 0 (none) to 1 (dominant)?"},
    Question{"need.emotions", "How great is the need in emotions, from 0 (none) to 1 (dominant)?"},
    Question{"need.behaviours", "How great is the need in behaviours, from 0 (none) to 1 (dominant)?"},
    Question{"need.relationships", "How great is the need in relationships, from 0 (none) to 1 (dominant)?"},
    Question{"need.context", "How great is the need in the client’s context, from 0 (none) to 1 (dominant)?"},
    Question{"sessions.available", "How many sessions are there from now on?"},
    Question{"sessions.done", "How many sessions were held so far?"},
    Question{"sessions.missed", "How many sessions were missed without notice?"},
    Question{"weeks.since_event", "How many weeks ago was the traumatic event, if there was one?"},
    Question{"weeks.since_loss", "How many weeks ago was the loss, if there was one?"},
    Question{"months.duration", "For how many months has the problem lasted?"},
    Question{"age.years", "How old is the client?"},
    Question{"risk.item", "What is the score on the risk item of the measure (item 9 of the PHQ-9)?"},
    Question{"fact.stated_preference", "Has the client said what they would prefer?"},
    Question{"fact.wants_mindfulness", "Does the client want to work with mindfulness?"},
    Question{"fact.cultural_mismatch",
             "Is there anything that does not fit the client’s culture, language or beliefs?"},
    Question{"fact.adequate_dose", "Had what was tried before enough sessions to work?"},
    Question{"fact.symptom_level_tried", "Was work at the level of symptoms and situations tried?"},
    Question{"fact.shared_process", "Do several of the client’s concerns share one maintaining process?"},
    Question{"fact.avoids_a_modality", "Does the client avoid one modality of experience, often affect?"},
    Question{"fact.reliable_sequence", "Does a symptom come in a reliable sequence of modalities of experience?"},
};

// Of a set, whether the ids are in it.
std::string MembershipText(std::string_view one, std::string_view many, std::string_view none, const Ids& ids,
                           const Labels& labels) {
  if (ids.empty()) return std::string(none);
  if (ids.size() == 1) return fmt::format("{}: {}?", one, labels.Of(ids.Get(0)));
  return fmt::format("{}: {}?", many, labels.EitherOf(ids));
}

}  // namespace

std::string QuestionText(const v1::OpenQuestion& question, const Labels& labels) {
  const std::string& field = question.field();
  if (field == "flag") {
    return MembershipText("Is this the case", "Is one of these the case", "Was the client asked about safety?",
                          question.ids(), labels);
  }
  if (field == "concern") {
    return MembershipText("Is this a concern of the client", "Is one of these a concern of the client",
                          "What are the client’s concerns?", question.ids(), labels);
  }
  if (field == "process") {
    return MembershipText("Is this at work", "Is one of these at work", "Which processes are at work?", question.ids(),
                          labels);
  }
  const auto found =
      std::find_if(kQuestions.begin(), kQuestions.end(), [&](const Question& known) { return known.field == field; });
  return found == kQuestions.end() ? fmt::format("What is known of `{}`?", field) : std::string(found->text);
}

}  // namespace braid::service
