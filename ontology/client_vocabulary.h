// What a condition may ask about a client: the fields of a rule's `when`.
//
//   sets     flag, concern, process
//   words    stage, trait.coping_style, trait.reactance, trait.functional_impairment, trait.subjective_distress,
//            support.social, alliance.state, progress.state, format
//   numbers  need.thoughts, need.emotions, need.behaviours, need.relationships, need.context, sessions.available,
//            sessions.done, sessions.missed, weeks.since_event, weeks.since_loss, months.duration, age.years, risk.item
//   facts    fact.stated_preference, fact.wants_mindfulness, fact.cultural_mismatch, fact.adequate_dose,
//            fact.symptom_level_tried, fact.shared_process, fact.avoids_a_modality, fact.reliable_sequence
//
// client_facts.h gives them their values. Thread safety: any.

#ifndef BRAID_ONTOLOGY_CLIENT_VOCABULARY_H_
#define BRAID_ONTOLOGY_CLIENT_VOCABULARY_H_

#include "ontology/conditions/vocabulary.h"

namespace braid::ontology {

// The table, with what each word may be and the range and unit of each number. It lives as long as the program.
const Vocabulary& ClientVocabulary();

}  // namespace braid::ontology

#endif  // BRAID_ONTOLOGY_CLIENT_VOCABULARY_H_
