#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "braid/v1/lookup_service.grpc.pb.h"
#include "tools/braid/commands.h"
#include "tools/braid/words.h"

namespace braid::cli {
namespace {

using Stub = v1::LookupService::Stub;

std::unique_ptr<Stub> Lookup(const Session& session) { return v1::LookupService::NewStub(session.channel()); }

template <typename Request>
Request Begin(const Session& session) {
  Request request;
  *request.mutable_consistency() = session.consistency();
  return request;
}

// --- get

std::string LabelText(const v1::Label& label) {
  std::string text = label.text();
  std::vector<std::string> marks;
  if (label.role() != v1::LABEL_ROLE_PREFERRED) marks.push_back(EnumWord(v1::LabelRole_descriptor(), label.role()));
  if (!label.scope().empty()) marks.push_back(label.scope());
  if (label.language() != "en") marks.push_back(label.language());
  return marks.empty() ? text : fmt::format("{} ({})", text, fmt::join(marks, ", "));
}

std::string DrawNode(const v1::GetNodeResponse& reply, const Terminal& terminal) {
  const v1::Node& node = reply.node();
  std::string out = fmt::format("{}   {}\n", terminal.Styled(node.preferred_label(), Style::kBold),
                                terminal.Styled(fmt::format("{} · {}", node.id(), node.kind()), Style::kDim));
  if (node.obsolete()) {
    out += terminal.Styled("obsolete", Style::kYellow);
    if (!node.replaced_by_ids().empty())
      out += fmt::format(", replaced by {}", fmt::join(node.replaced_by_ids(), ", "));
    out += '\n';
  }
  if (!node.definition().empty()) out += Wrap(node.definition(), 0, std::min<std::size_t>(terminal.width(), 120));
  Table table({{"", false, Style::kCyan}, {""}});
  for (const v1::Label& label : node.labels()) {
    if (label.text() != node.preferred_label()) table.AddRow({"also called", LabelText(label)});
  }
  for (const v1::Attribute& attribute : node.attributes()) table.AddRow({attribute.name(), AttributeText(attribute)});
  for (const v1::Mapping& mapping : node.mappings()) {
    table.AddRow({"mapping", fmt::format("{}{} {} ({})", mapping.negated() ? "not " : "", mapping.predicate_id(),
                                         mapping.object_id(), mapping.object_label())});
  }
  if (!node.alias_ids().empty()) table.AddRow({"aliases", fmt::format("{}", fmt::join(node.alias_ids(), ", "))});
  if (!table.empty()) out += table.Text(terminal);
  return out + terminal.Styled(fmt::format("etag {} · {}\n", node.etag(), HeaderText(reply.header())), Style::kDim);
}

ExitCode Get(const Session& session, const std::string& id, bool no_redirect) {
  auto request = Begin<v1::GetNodeRequest>(session);
  request.set_id(id);
  request.set_no_redirect(no_redirect);
  for (const std::string& language : session.options().languages) request.add_languages(language);
  v1::GetNodeResponse reply;
  const grpc::Status status = Lookup(session)->GetNode(session.NewCall().get(), request, &reply);
  if (!status.ok()) return session.Fail(status);
  session.PrintNotices(reply.header());
  session.Print(reply, [&] { return DrawNode(reply, session.terminal()); });
  return kAnswer;
}

// --- list

struct ListFlags {
  std::string kind, relation, direction, page_token, id;
  int page_size = 0;
  bool all = false;
  bool include_obsolete = false;
};

// Follows page tokens where all pages are asked for, so that one reply holds the whole.
template <typename Request, typename Reply, typename Method, typename Items>
grpc::Status Collect(const Session& session, bool all, Request request, const Method& method, const Items& items,
                     Reply* whole) {
  grpc::Status first = method(session.NewCall().get(), request, whole);
  if (!first.ok()) return first;
  while (all && !whole->next_page_token().empty()) {
    request.set_page_token(whole->next_page_token());
    Reply page;
    grpc::Status status = method(session.NewCall().get(), request, &page);
    if (!status.ok()) return status;
    items(whole)->MergeFrom(*items(&page));
    whole->set_next_page_token(page.next_page_token());
  }
  return grpc::Status::OK;
}

std::string MoreText(const std::string& token, const Terminal& terminal) {
  if (token.empty()) return {};
  return terminal.Styled(fmt::format("More: --page-token {} (or --all)\n", token), Style::kDim);
}

std::string DrawList(const v1::ListNodesResponse& reply, const Terminal& terminal) {
  Table table({{"id", false, Style::kCyan}, {"kind"}, {"label"}});
  for (const v1::Node& node : reply.nodes()) {
    table.AddRow({node.id(), node.kind(), node.preferred_label() + (node.obsolete() ? " (obsolete)" : "")});
  }
  return table.Text(terminal) +
         terminal.Styled(fmt::format("{} nodes · {}\n", reply.nodes_size(), HeaderText(reply.header())), Style::kDim) +
         MoreText(reply.next_page_token(), terminal);
}

ExitCode List(const Session& session, const ListFlags& flags) {
  auto request = Begin<v1::ListNodesRequest>(session);
  request.set_kind(flags.kind);
  request.set_include_obsolete(flags.include_obsolete);
  request.set_page_size(flags.all && flags.page_size == 0 ? 1000 : flags.page_size);
  request.set_page_token(flags.page_token);
  for (const std::string& language : session.options().languages) request.add_languages(language);
  const auto stub = Lookup(session);
  v1::ListNodesResponse reply;
  const grpc::Status status = Collect(
      session, flags.all, request,
      [&](auto* call, const auto& in, auto* out) { return stub->ListNodes(call, in, out); },
      [](v1::ListNodesResponse* page) { return page->mutable_nodes(); }, &reply);
  if (!status.ok()) return session.Fail(status);
  session.Print(reply, [&] { return DrawList(reply, session.terminal()); });
  return reply.nodes().empty() ? kNegative : kAnswer;
}

// --- neighbors

std::string ClaimsText(const v1::Edge& edge) {
  std::vector<std::string> words;
  for (const v1::Claim& claim : edge.claims()) {
    words.push_back(fmt::format("{}{}", EnumWord(v1::Polarity_descriptor(), claim.polarity()),
                                claim.evidence_ids().empty() ? "" : fmt::format(" {}", claim.evidence_ids(0))));
  }
  if (words.size() > 3) return fmt::format("{}, {}, … ({} claims)", words[0], words[1], words.size());
  return fmt::format("{}", fmt::join(words, ", "));
}

std::string DrawNeighbors(const v1::ListNeighborsResponse& reply, const Terminal& terminal) {
  std::string out = fmt::format("{}   {}\n", terminal.Styled(reply.node().preferred_label(), Style::kBold),
                                terminal.Styled(reply.node().id(), Style::kDim));
  Table table({{"relation", false, Style::kCyan},
               {"neighbour"},
               {"id", false, Style::kDim},
               {"sign"},
               {"strength", true},
               {"certainty"},
               {"claims"}});
  for (const v1::Neighbor& neighbor : reply.neighbors()) {
    const v1::Edge& edge = neighbor.edge();
    table.AddRow({neighbor.outgoing() ? edge.key().relation() + " ►" : "◄ " + edge.key().relation(),
                  neighbor.node().preferred_label(), neighbor.node().id(),
                  edge.sign() == v1::SIGN_PLUS    ? "+"
                  : edge.sign() == v1::SIGN_MINUS ? "-"
                                                  : "",
                  edge.has_strength() ? NumberText(edge.strength()) : "", CertaintyText(edge.certainty()),
                  ClaimsText(edge)});
  }
  return out + table.Text(terminal) +
         terminal.Styled(fmt::format("{} edges · {}\n", reply.neighbors_size(), HeaderText(reply.header())),
                         Style::kDim) +
         MoreText(reply.next_page_token(), terminal);
}

ExitCode Neighbors(const Session& session, const ListFlags& flags) {
  auto request = Begin<v1::ListNeighborsRequest>(session);
  request.set_id(flags.id);
  request.set_relation(flags.relation);
  request.set_kind(flags.kind);
  request.set_direction(flags.direction == "out"  ? v1::DIRECTION_OUTGOING
                        : flags.direction == "in" ? v1::DIRECTION_INCOMING
                                                  : v1::DIRECTION_UNSPECIFIED);
  request.set_page_size(flags.all && flags.page_size == 0 ? 1000 : flags.page_size);
  request.set_page_token(flags.page_token);
  for (const std::string& language : session.options().languages) request.add_languages(language);
  const auto stub = Lookup(session);
  v1::ListNeighborsResponse reply;
  const grpc::Status status = Collect(
      session, flags.all, request,
      [&](auto* call, const auto& in, auto* out) { return stub->ListNeighbors(call, in, out); },
      [](v1::ListNeighborsResponse* page) { return page->mutable_neighbors(); }, &reply);
  if (!status.ok()) return session.Fail(status);
  session.PrintNotices(reply.header());
  session.Print(reply, [&] { return DrawNeighbors(reply, session.terminal()); });
  return reply.neighbors().empty() ? kNegative : kAnswer;
}

// --- schema, policy

std::string Properties(const v1::Relation& relation) {
  std::vector<std::string> words;
  if (relation.walkable()) words.emplace_back("walkable");
  if (relation.transitive()) words.emplace_back("transitive");
  if (relation.acyclic()) words.emplace_back("acyclic");
  if (relation.symmetric()) words.emplace_back("symmetric");
  if (relation.takes_strength()) words.emplace_back("strength");
  if (relation.takes_sign()) words.emplace_back("sign");
  if (relation.takes_certainty()) words.emplace_back("certainty");
  if (relation.one_primary()) words.emplace_back("one primary");
  if (relation.inherited() == v1::INHERITANCE_DOWN) words.emplace_back("inherited");
  if (!relation.sub_relation_of().empty()) words.push_back("a kind of " + relation.sub_relation_of());
  return fmt::format("{}", fmt::join(words, ", "));
}

std::string EndpointsText(const v1::Relation& relation) {
  if (relation.same_kind()) return "any → its own kind";
  std::vector<std::string> rules;
  for (const v1::EndpointRule& rule : relation.endpoints()) {
    rules.push_back(fmt::format(
        "{} → {}", rule.from_kinds().empty() ? "any" : fmt::format("{}", fmt::join(rule.from_kinds(), ", ")),
        rule.to_kinds().empty() ? "any" : fmt::format("{}", fmt::join(rule.to_kinds(), ", "))));
  }
  return rules.empty() ? "any → any" : fmt::format("{}", fmt::join(rules, "; "));
}

std::string DrawSchema(const v1::GetSchemaResponse& reply, const Terminal& terminal) {
  Table kinds({{"kind", false, Style::kCyan}, {"ids"}, {"attributes", true}, {"what it is"}});
  for (const v1::Kind& kind : reply.schema().kinds()) {
    kinds.AddRow({kind.name(), kind.id_prefix() + ":…", fmt::format("{}", kind.attributes_size()), kind.description()});
  }
  Table relations({{"relation", false, Style::kCyan}, {"from → to"}, {"properties"}});
  for (const v1::Relation& relation : reply.schema().relations()) {
    relations.AddRow({relation.name(), EndpointsText(relation), Properties(relation)});
  }
  return kinds.Text(terminal) + '\n' + relations.Text(terminal) +
         terminal.Styled(HeaderText(reply.header()) + "\n", Style::kDim);
}

ExitCode Schema(const Session& session) {
  v1::GetSchemaResponse reply;
  const grpc::Status status =
      Lookup(session)->GetSchema(session.NewCall().get(), Begin<v1::GetSchemaRequest>(session), &reply);
  if (!status.ok()) return session.Fail(status);
  session.Print(reply, [&] { return DrawSchema(reply, session.terminal()); });
  return kAnswer;
}

std::string DrawPolicy(const v1::GetPolicyResponse& reply, const Terminal& terminal) {
  const v1::PathWeights& weights = reply.policy().weights();
  const v1::CertaintyFactors& factors = weights.certainty_factors();
  Table numbers({{"constant", false, Style::kCyan}, {"value", true}});
  numbers.AddRow({"certainty factor: high", NumberText(factors.high())});
  numbers.AddRow({"certainty factor: moderate", NumberText(factors.moderate())});
  numbers.AddRow({"certainty factor: low", NumberText(factors.low())});
  numbers.AddRow({"certainty factor: very low", NumberText(factors.very_low())});
  numbers.AddRow({"certainty factor: no source", NumberText(factors.no_source())});
  numbers.AddRow({"degree exponent w", NumberText(weights.degree_exponent())});
  numbers.AddRow({"hop factor", NumberText(weights.hop_factor())});
  Table patterns(
      {{"pattern", false, Style::kCyan}, {"hops", true}, {"modalities", true}, {"text"}, {"what it answers"}});
  for (const v1::NamedPattern& pattern : reply.policy().patterns()) {
    patterns.AddRow({pattern.name() + (pattern.name() == reply.policy().default_pattern() ? " (default)" : ""),
                     fmt::format("{}", pattern.default_max_hops()), fmt::format("{}", pattern.default_min_modalities()),
                     pattern.pattern(), pattern.question()});
  }
  for (const v1::PatternDefinition& part : reply.policy().definitions()) {
    patterns.AddRow({part.name(), "", "", part.pattern(), ""});
  }
  Table avoided({{"kept off paths", false, Style::kCyan}, {"why"}});
  for (const v1::AvoidRule& rule : reply.policy().avoid_rules()) {
    avoided.AddRow({fmt::format("{}", fmt::join(rule.node_ids(), ", ")), rule.rationale()});
  }
  return numbers.Text(terminal) + '\n' + patterns.Text(terminal) + '\n' + avoided.Text(terminal) +
         terminal.Styled(
             fmt::format("changed in revision {} · {}\n", reply.update_revision(), HeaderText(reply.header())),
             Style::kDim);
}

ExitCode Policy(const Session& session) {
  v1::GetPolicyResponse reply;
  const grpc::Status status =
      Lookup(session)->GetPolicy(session.NewCall().get(), Begin<v1::GetPolicyRequest>(session), &reply);
  if (!status.ok()) return session.Fail(status);
  session.Print(reply, [&] { return DrawPolicy(reply, session.terminal()); });
  return kAnswer;
}

void AddPaging(CLI::App* command, ListFlags* flags) {
  command->add_option("--page-size", flags->page_size, "Items a page, at most 1000 (default 50)");
  command->add_option("--page-token", flags->page_token, "Go on where a page ended");
  command->add_flag("--all", flags->all, "Every page");
}

}  // namespace

void AddLookupCommands(CLI::App& app, Run* run) {
  auto get = std::make_shared<ListFlags>();
  auto no_redirect = std::make_shared<bool>(false);
  CLI::App* command = app.add_subcommand("get", "Show one node");
  command->add_option("id", get->id, "The node's id, technique:graded_in_vivo_exposure")->required();
  command->add_flag("--no-redirect", *no_redirect, "Follow neither aliases nor replacements");
  command->callback([=] { *run = [=](const Session& session) { return Get(session, get->id, *no_redirect); }; });

  auto list = std::make_shared<ListFlags>();
  command = app.add_subcommand("list", "List nodes, by kind");
  command->add_option("kind", list->kind, "Only this kind");
  command->add_flag("--obsolete", list->include_obsolete, "Obsolete ones too");
  AddPaging(command, list.get());
  command->callback([=] { *run = [=](const Session& session) { return List(session, *list); }; });

  auto neighbors = std::make_shared<ListFlags>();
  command = app.add_subcommand("neighbors", "List a node's edges and what is at their other ends");
  command->add_option("id", neighbors->id, "The node's id")->required();
  command->add_option("--relation", neighbors->relation, "Only this relation and its sub-relations");
  command->add_option("--direction", neighbors->direction, "out (the node is the subject) or in")
      ->check(CLI::IsMember({"out", "in"}));
  command->add_option("--kind", neighbors->kind, "Only neighbours of this kind");
  AddPaging(command, neighbors.get());
  command->callback([=] { *run = [=](const Session& session) { return Neighbors(session, *neighbors); }; });

  app.add_subcommand("schema", "Show kinds and relations")->callback([=] { *run = Schema; });
  app.add_subcommand("policy", "Show the policy: weights, patterns, what is kept off paths")->callback([=] {
    *run = Policy;
  });
}

}  // namespace braid::cli
