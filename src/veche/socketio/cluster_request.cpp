#include "veche/socketio/cluster_request.hpp"

#include <iterator>

namespace veche::socketio {

void ClusterRequest::expired(Instant /*now*/) {
  // The id goes with the request.
  const RequestId id = id_;
  requests_->finish(id, AckOutcome::timed_out);
}

std::optional<RequestId> ClusterRequests::add(std::unique_ptr<ClusterRequest> request,
                                              Instant deadline) {
  if (pending_.size() >= count_max_) {
    request->finished(AckOutcome::overloaded);
    return std::nullopt;
  }
  RequestId id = std::to_string(next_id_++);
  request->requests_ = this;
  request->id_ = id;
  wheel_.arm(*request, deadline);
  pending_.emplace(id, std::move(request));
  return id;
}

void ClusterRequests::expect(const RequestId& id, std::size_t nodes) {
  const auto found = pending_.find(id);
  if (found == pending_.end()) return;
  found->second->nodes_ = nodes;
  check(id);
}

void ClusterRequests::answer(std::string_view uid, const RequestId& id, const ClusterBody& body) {
  const auto found = pending_.find(id);
  if (found == pending_.end()) return;
  found->second->answered(uid, body);
  check(id);
}

void ClusterRequests::check(const RequestId& id) {
  const auto found = pending_.find(id);
  if (found == pending_.end()) return;
  const ClusterRequest& request = *found->second;
  if (request.nodes_ && request.is_complete(*request.nodes_)) finish(id, AckOutcome::complete);
}

void ClusterRequests::finish(const RequestId& id, AckOutcome outcome) {
  auto taken = pending_.extract(id);
  if (taken.empty()) return;
  taken.mapped()->disarm();
  taken.mapped()->finished(outcome);
}

void ClusterRequests::leave(std::string_view uid) {
  std::vector<RequestId> ids;
  for (const auto& [id, request] : pending_) ids.push_back(id);
  for (const RequestId& id : ids) {
    const auto found = pending_.find(id);
    if (found == pending_.end()) continue;
    found->second->left(uid);
    check(id);
  }
}

void FetchRequest::add(std::vector<RemoteSocket> sockets) {
  is_too_much_ = is_too_much_ || sockets_.size() + sockets.size() > limits_.count_max;
  if (is_too_much_) return;
  sockets_.insert(sockets_.end(), std::make_move_iterator(sockets.begin()),
                  std::make_move_iterator(sockets.end()));
}

void FetchRequest::answered(std::string_view uid, const ClusterBody& body) {
  const auto* response = std::get_if<cluster::FetchSocketsResponse>(&body);
  if (response != nullptr && hear(uid)) add(response->sockets);
}

void FetchRequest::finished(AckOutcome outcome) {
  if (outcome == AckOutcome::timed_out)
    return callback_(fail(Errc::unavailable, "some nodes did not answer in time"));
  if (outcome == AckOutcome::overloaded || is_too_much_)
    return callback_(fail(Errc::overloaded, "too many sockets or requests"));
  callback_(std::move(sockets_));
}

void ServerSideRequest::answered(std::string_view uid, const ClusterBody& body) {
  const auto* response = std::get_if<cluster::ServerSideEmitResponse>(&body);
  if (response == nullptr || !hear(uid)) return;
  bytes_ += response->answer.json.size();
  for (const std::string& each : response->answer.attachments) bytes_ += each.size();
  is_too_much_ = is_too_much_ || answers_.size() == limits_.count_max || bytes_ > limits_.bytes_max;
  if (!is_too_much_) answers_.push_back(response->answer);
}

void ServerSideRequest::finished(AckOutcome outcome) {
  callback_({is_too_much_ ? AckOutcome::overloaded : outcome, std::move(answers_)});
}

void TakeRequest::answered(std::string_view uid, const ClusterBody& body) {
  const auto* response = std::get_if<cluster::TakeSessionResponse>(&body);
  if (response != nullptr && hear(uid)) taken_.push_back(response->taken);
}

void TakeRequest::finished(AckOutcome outcome) {
  if (outcome != AckOutcome::complete) return callback_(std::nullopt);
  callback_(std::move(taken_));
}

void BroadcastRequest::counted(std::string_view uid, std::size_t clients) {
  if (!owed_.emplace(uid, clients).second) return;
  ++counted_;
  missing_ += clients;
  events_->counted(clients);
}

void BroadcastRequest::answered_by(std::string_view uid, const Answer& answer) {
  const auto owed = owed_.find(uid);
  if (owed == owed_.end() || owed->second == 0) return;
  --owed->second;
  --missing_;
  events_->answered(answer);
}

void BroadcastRequest::answered(std::string_view uid, const ClusterBody& body) {
  if (const auto* count = std::get_if<cluster::BroadcastClientCount>(&body))
    return counted(uid, count->clients);
  if (const auto* ack = std::get_if<cluster::BroadcastAck>(&body)) answered_by(uid, ack->answer);
}

void BroadcastRequest::left(std::string_view uid) {
  const auto [owed, is_new] = owed_.emplace(uid, 0);
  if (is_new) ++counted_;
  missing_ -= std::exchange(owed->second, 0);
}

}  // namespace veche::socketio
