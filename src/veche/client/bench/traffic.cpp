#include "veche/client/bench/traffic.hpp"

namespace veche::client::bench {

Totals& Totals::operator+=(const Totals& other) {
  messages += other.messages;
  deliveries += other.deliveries;
  acks += other.acks;
  connects += other.connects;
  recovered += other.recovered;
  offered += other.offered;
  refused += other.refused;
  bystander_acks += other.bystander_acks;
  return *this;
}

Totals& Totals::operator-=(const Totals& other) {
  messages -= other.messages;
  deliveries -= other.deliveries;
  acks -= other.acks;
  connects -= other.connects;
  recovered -= other.recovered;
  offered -= other.offered;
  refused -= other.refused;
  bystander_acks -= other.bystander_acks;
  return *this;
}

AckFaults& AckFaults::operator+=(const AckFaults& other) {
  lost += other.lost;
  doubled += other.doubled;
  return *this;
}

void Latencies::open(Instant now) {
  *this = Latencies{};
  from_ = now;
}

void Latencies::add(const Latencies& other) {
  delivery.add(other.delivery);
  ack.add(other.ack);
  connect.add(other.connect);
  bystander.add(other.bystander);
}

}  // namespace veche::client::bench
