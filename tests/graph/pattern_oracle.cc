#include "tests/graph/pattern_oracle.h"

#include <algorithm>

#include "fmt/format.h"

namespace braid::graph {
namespace {

std::size_t Below(std::mt19937_64& random, std::size_t end) { return static_cast<std::size_t>(random() % end); }

std::vector<RelationIndex> WalkableRelations(const Schema& schema) {
  std::vector<RelationIndex> walkable;
  for (std::size_t i = 0; i < schema.relation_count(); ++i) {
    const RelationIndex index{static_cast<std::uint16_t>(i)};
    if (schema.relation(index).walkable) walkable.push_back(index);
  }
  return walkable;
}

}  // namespace

std::vector<PatternHop> AllHops(const Schema& schema) {
  std::vector<PatternHop> hops;
  for (const RelationIndex relation : WalkableRelations(schema)) {
    for (const bool forwards : {true, false}) {
      if (!forwards && schema.relation(relation).symmetric) continue;
      for (const Sign sign : {Sign::kUnset, Sign::kPlus, Sign::kMinus}) {
        for (std::size_t kind = 0; kind < schema.kind_count(); ++kind) {
          hops.push_back({relation, forwards, sign, KindIndex{static_cast<std::uint16_t>(kind)}});
        }
      }
    }
  }
  return hops;
}

OraclePattern OraclePattern::Random(const Schema& schema, std::mt19937_64& random, int depth) {
  OraclePattern pattern;
  pattern.schema_ = &schema;
  const std::size_t choice = depth <= 1 ? 0 : Below(random, 10);
  if (choice < 3) {
    pattern.type_ = Type::kHop;
    pattern.direction_ = "><-"[Below(random, 3)];
    const std::vector<RelationIndex> walkable = WalkableRelations(schema);
    if (Below(random, 4) != 0) pattern.relation_ = walkable[Below(random, walkable.size())];
    if (Below(random, 4) == 0) pattern.sign_ = Below(random, 2) == 0 ? Sign::kPlus : Sign::kMinus;
    if (Below(random, 3) == 0) {
      for (std::size_t i = Below(random, 2) + 1; i > 0; --i) {
        pattern.kinds_.push_back(KindIndex{static_cast<std::uint16_t>(Below(random, schema.kind_count()))});
      }
    }
    return pattern;
  }
  std::size_t children = 1;
  if (choice < 6) {
    pattern.type_ = Type::kSequence;
    children = Below(random, 4);
  } else if (choice < 8) {
    pattern.type_ = Type::kEither;
    children = Below(random, 2) + 2;
  } else {
    pattern.type_ = Type::kRepeat;
    pattern.least_ = Below(random, 3);
    if (Below(random, 2) == 0) pattern.most_ = pattern.least_ + Below(random, 3);
  }
  for (std::size_t i = 0; i < children; ++i) pattern.children_.push_back(Random(schema, random, depth - 1));
  return pattern;
}

std::string OraclePattern::Text() const {
  switch (type_) {
    case Type::kHop:
      return HopText();
    case Type::kSequence:
    case Type::kEither: {
      std::string text = "(";
      for (std::size_t i = 0; i < children_.size(); ++i) {
        if (i > 0) text += type_ == Type::kEither ? "|" : " ";
        text += children_[i].Text();
      }
      return text + ")";
    }
    case Type::kRepeat: {
      const std::string item = fmt::format("({})", children_.front().Text());
      if (!most_) {
        if (least_ <= 1) return item + (least_ == 0 ? "*" : "+");
        return fmt::format("{}{{{},}}", item, least_);
      }
      if (least_ == 0 && most_ == 1U) return item + "?";
      if (least_ == most_) return fmt::format("{}{{{}}}", item, least_);
      return fmt::format("{} {{{},{}}}", item, least_, *most_);
    }
  }
  return {};
}

std::string OraclePattern::HopText() const {
  std::string text(1, direction_);
  text += relation_ ? schema_->relation(*relation_).name : ".";
  if (sign_) text += *sign_ == Sign::kPlus ? "[+]" : "[-]";
  for (std::size_t i = 0; i < kinds_.size(); ++i) {
    text += i == 0 ? "@" : ",";
    text += schema_->kind(kinds_[i]).name;
  }
  return text;
}

bool OraclePattern::Accepts(const PatternHop& hop) const {
  const bool symmetric = schema_->relation(hop.relation).symmetric;
  if (!symmetric && direction_ == '>' && !hop.forwards) return false;
  if (!symmetric && direction_ == '<' && hop.forwards) return false;
  if (relation_ && !schema_->IsSubRelation(hop.relation, *relation_)) return false;
  if (sign_ && *sign_ != hop.sign) return false;
  return kinds_.empty() || std::find(kinds_.begin(), kinds_.end(), hop.entered) != kinds_.end();
}

std::set<std::size_t> OraclePattern::Ends(const std::vector<PatternHop>& hops, std::size_t begin) const {
  switch (type_) {
    case Type::kHop:
      if (begin < hops.size() && Accepts(hops[begin])) return {begin + 1};
      return {};
    case Type::kSequence: {
      std::set<std::size_t> ends = {begin};
      for (const OraclePattern& child : children_) {
        std::set<std::size_t> next;
        for (const std::size_t end : ends) next.merge(child.Ends(hops, end));
        ends = next;
      }
      return ends;
    }
    case Type::kEither: {
      std::set<std::size_t> ends;
      for (const OraclePattern& child : children_) ends.merge(child.Ends(hops, begin));
      return ends;
    }
    case Type::kRepeat: {
      std::set<std::size_t> all;
      std::set<std::size_t> ends = {begin};
      // More rounds than hops and the least number add nothing: a round of no hops repeats what there is.
      const std::size_t rounds = most_.value_or(hops.size() + least_ + 1);
      for (std::size_t round = 0; round <= rounds; ++round) {
        if (round >= least_) all.insert(ends.begin(), ends.end());
        std::set<std::size_t> next;
        for (const std::size_t end : ends) next.merge(children_.front().Ends(hops, end));
        ends = next;
      }
      return all;
    }
  }
  return {};
}

bool OraclePattern::Matches(const std::vector<PatternHop>& hops) const { return Ends(hops, 0).count(hops.size()) > 0; }

std::vector<PatternHop> OraclePattern::Sample(std::mt19937_64& random) const {
  std::vector<PatternHop> hops;
  SampleInto(random, hops);
  return hops;
}

void OraclePattern::SampleInto(std::mt19937_64& random, std::vector<PatternHop>& hops) const {
  switch (type_) {
    case Type::kHop:
      hops.push_back(SampleHop(random));
      return;
    case Type::kSequence:
      for (const OraclePattern& child : children_) child.SampleInto(random, hops);
      return;
    case Type::kEither:
      children_[Below(random, children_.size())].SampleInto(random, hops);
      return;
    case Type::kRepeat: {
      const std::size_t most = most_.value_or(least_ + 2);
      for (std::size_t i = least_ + Below(random, most - least_ + 1); i > 0; --i) {
        children_.front().SampleInto(random, hops);
      }
      return;
    }
  }
}

PatternHop OraclePattern::SampleHop(std::mt19937_64& random) const {
  std::vector<PatternHop> accepted;
  for (const PatternHop& hop : AllHops(*schema_)) {
    if (Accepts(hop)) accepted.push_back(hop);
  }
  return accepted[Below(random, accepted.size())];
}

}  // namespace braid::graph
