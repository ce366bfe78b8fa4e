#include "rows/health.hpp"

#include <algorithm>
#include <string>

namespace tsflow::massive {
namespace {

/// A ticker that nothing came of for so long is silent, once the regular session has lasted that long.
constexpr Duration silent_after = std::chrono::minutes{5};
/// Of lags and of delays, kept until the next report.
constexpr std::size_t most_kept = 4096;

void raise_to(Counter& counter, std::uint64_t value) {
    counter.add(value - std::min(value, counter.value()));
}

/// Of durations in ns, the one that so large a share of them is not longer than.
std::optional<std::int64_t> quantile(std::vector<std::int64_t>& all, double share) {
    if (all.empty()) {
        return std::nullopt;
    }
    const auto at =
        all.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(all.size() - 1));
    std::nth_element(all.begin(), at, all.end());
    return *at;
}

}  // namespace

Health::Health(std::vector<std::string> connections, Context& context)
    : events_(connections.size()),
      lags_(connections.size()),
      delay_p50_(context.gauge("parse_delay_p50_ns")),
      delay_p99_(context.gauge("parse_delay_p99_ns")),
      calendar_(market::Calendar::us_equities()),
      rows_(schema_of<HealthRow>()) {
    for (const std::string& name : connections) {
        names_.push_back(Symbol::intern(name));
        const auto metric = [&](std::string_view what) { return name + "." + std::string(what); };
        metrics_.push_back(
            {&context.gauge(metric("up")), &context.gauge(metric("assigned")),
             &context.gauge(metric("silent")), &context.gauge(metric("lag_p50_ns")),
             &context.gauge(metric("lag_p99_ns")), &context.counter(metric("events")),
             &context.counter(metric("reconnects")), &context.counter(metric("errors"))});
    }
}

void Health::received(const Batch& batch, Duration window) {
    const Schema& schema = *batch.schema();
    const auto symbols = batch.column<Symbol>(schema.require("symbol", Type::symbol));
    const auto times = batch.column<Timestamp>(schema.require("timestamp", Type::timestamp));
    const auto received = batch.column<Timestamp>(schema.require("received", Type::timestamp));
    const auto connections = batch.column<Symbol>(schema.require("connection", Type::symbol));
    if (heard_.size() < Symbol::count()) {
        heard_.resize(Symbol::count(), Timestamp::min());
    }
    std::vector<std::int64_t>* lags = nullptr;  // of the connection of the row before
    Symbol connection;
    for (std::size_t row = 0; row < batch.rows(); ++row) {
        heard_[static_cast<std::size_t>(symbols[row].code())] = received[row];
        if (lags == nullptr || connections[row] != connection) {
            connection = connections[row];
            const auto found = std::find(names_.begin(), names_.end(), connection);
            lags = found == names_.end() ? nullptr
                                         : &lags_[static_cast<std::size_t>(found - names_.begin())];
        }
        if (lags != nullptr && lags->size() < most_kept) {
            lags->push_back((received[row] - times[row] - window).count());
        }
    }
}

void Health::handed_on(const Batch& batch, Timestamp now) {
    const std::size_t received = batch.schema()->require("received", Type::timestamp);
    if (delays_.size() < most_kept) {
        delays_.push_back((now - batch.column<Timestamp>(received)[0]).count());
    }
}

std::int64_t Health::silent_among(const Tickers& tickers, Timestamp now) const {
    const market::Moment moment = calendar_.at(now);
    if (moment.session != market::Session::regular ||
        std::chrono::minutes{moment.minute_of_session} < silent_after) {
        return 0;
    }
    return std::count_if(tickers.begin(), tickers.end(), [&](const std::string& ticker) {
        const auto code = static_cast<std::size_t>(Symbol::intern(ticker).code());
        return code >= heard_.size() || heard_[code] == Timestamp::min() ||
               now - heard_[code] > silent_after;
    });
}

void Health::report(const std::vector<ConnectionStatus>& status,
                    const std::vector<Tickers>& tickers, Timestamp now) {
    for (std::size_t i = 0; i < status.size(); ++i) {
        const ConnectionStatus& connection = status[i];
        HealthRow row;
        row.time = now;
        row.connection = names_[i];
        row.state = Symbol::intern(to_string(connection.state));
        row.messages = static_cast<std::int64_t>(connection.messages);
        row.events = static_cast<std::int64_t>(events_[i]);
        row.bytes = static_cast<std::int64_t>(connection.bytes);
        row.errors = static_cast<std::int64_t>(connection.errors);
        row.reconnects = static_cast<std::int64_t>(connection.reconnects);
        if (connection.messages > 0) {
            row.last_message = connection.last_message;
        }
        row.assigned = static_cast<std::int64_t>(connection.assigned);
        row.silent = silent_among(tickers[i], now);
        row.lag_p50 = quantile(lags_[i], 0.5);
        row.lag_p99 = quantile(lags_[i], 0.99);
        lags_[i].clear();
        append(rows_, row);

        const Metrics& metrics = metrics_[i];
        metrics.up->set(connection.state == SessionState::streaming ? 1 : 0);
        metrics.assigned->set(row.assigned);
        metrics.silent->set(row.silent);
        metrics.lag_p50->set(row.lag_p50.value_or(0));
        metrics.lag_p99->set(row.lag_p99.value_or(0));
        raise_to(*metrics.events, events_[i]);
        raise_to(*metrics.reconnects, connection.reconnects);
        raise_to(*metrics.errors, connection.errors);
    }
    delay_p50_.set(quantile(delays_, 0.5).value_or(0));
    delay_p99_.set(quantile(delays_, 0.99).value_or(0));
    delays_.clear();
}

}  // namespace tsflow::massive
