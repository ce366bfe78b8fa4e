#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "sessions_of.hpp"

namespace tsflow::market {

/// Daily bars of a few symbols over sessions, of which some come late, some first wrong, some twice, and those of
/// a session in any order; and the bars as they are known by then.
class LateDaily {
public:
    using Bars = std::map<std::pair<Date, std::string>, std::string>;  // lines of bars()

    LateDaily(std::vector<std::string> symbols, std::size_t sessions, unsigned seed)
        : symbols_(std::move(symbols)),
          days_(sessions_from("2016-01-04", sessions)),
          random_(seed),
          prices_(symbols_.size(), 50.0) {}

    const std::vector<Date>& days() const noexcept { return days_; }
    const Bars& known() const noexcept { return known_; }
    /// What comes on the evening of that session.
    std::string coming(std::size_t session) {
        std::vector<Bar> now = std::exchange(late_[session], {});
        for (std::size_t i = 0; i < symbols_.size(); ++i) {
            const Bar bar = next(days_[session], i);
            const std::size_t later = session + 1 + below(15);
            switch (below(25)) {
                case 0:
                    late_[later].push_back(bar);
                    break;
                case 1:
                    now.push_back(next(days_[session], i));
                    late_[later].push_back(bar);
                    break;
                case 2:
                    late_[later].push_back(bar);
                    [[fallthrough]];
                default:
                    now.push_back(bar);
            }
        }
        std::shuffle(now.begin(), now.end(), random_);
        std::string rows;
        for (const Bar& bar : now) {
            known_[{bar.day, bar.symbol}] = bar.row;
            rows += bar.row;
        }
        return rows;
    }

private:
    struct Bar {
        Date day;
        std::string symbol, row;
    };

    std::size_t below(std::size_t bound) { return random_() % bound; }
    /// Prices wander far, so that stages change.
    Bar next(Date day, std::size_t symbol) {
        const double old = prices_[symbol];
        const double slope = std::sin(static_cast<double>(day.time_since_epoch().count()) / 97 +
                                      2 * static_cast<double>(symbol));
        const double noise = (static_cast<double>(below(1000)) - 500) / 12'500;
        prices_[symbol] = old * (1 + slope / 100 + noise);
        return {day, symbols_[symbol],
                flat(symbols_[symbol], midnight(day), prices_[symbol],
                     100 + static_cast<double>(below(900)))};
    }

    const std::vector<std::string> symbols_;
    const std::vector<Date> days_;
    std::mt19937 random_;
    std::vector<double> prices_;
    std::map<std::size_t, std::vector<Bar>> late_;
    Bars known_;
};

/// A table as a sink would keep it: the newest row of each key, without how often rows went out, and without
/// rows that `says_nothing` is true of.
template <class SaysNothing>
std::map<std::string, std::string> kept(const Batch& rows, SaysNothing says_nothing) {
    std::vector<std::string> keys, values;
    for (const Field& field : rows.schema()->fields()) {
        if (field.key) {
            keys.push_back(field.name);
        } else if (field.name != "seq" && field.name != "rev") {
            values.push_back(field.name);
        }
    }
    std::map<std::string, std::string> table;
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        const Batch one = rows.slice(row, 1);
        if (says_nothing(one)) {
            table.erase(lines(one, keys));
        } else {
            table[lines(one, keys)] = lines(one, values);
        }
    }
    return table;
}

/// Each row of a key has a higher revision than the one before.
inline void check_revisions(const Batch& rows) {
    std::vector<std::string> keys;
    for (const Field& field : rows.schema()->fields()) {
        if (field.key) {
            keys.push_back(field.name);
        }
    }
    std::map<std::string, int> newest;
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        const Batch one = rows.slice(row, 1);
        const int revision = std::stoi(lines(one, {"rev"}));
        const auto [found, added] = newest.try_emplace(lines(one, keys), revision);
        if (!added) {
            REQUIRE(revision > found->second);
            found->second = revision;
        }
    }
}

/// Whatever the order in which daily bars come, and in how many versions: at every point the tables are what the
/// bars known by then come to, given in order.
template <class N, class SaysNothing>
void check_late_daily(const std::string& toml, const std::vector<std::string>& symbols,
                      SaysNothing says_nothing) {
    constexpr std::size_t sessions = 330;
    constexpr std::size_t compared_every = 47;
    LateDaily feed(symbols, sessions, 11);
    Driven<N> node(toml, {"daily"});
    node.clock("2030-01-01T00:00:00Z");
    for (std::size_t session = 0; session < sessions; ++session) {
        node.give(feed.coming(session));
        const std::string evening = format_date(feed.days()[session]) + "T23:00:00Z";
        node.watermark(evening);
        if ((session + 1) % compared_every != 0) {
            continue;
        }
        Driven<N> again(toml, {"daily"});
        again.clock("2030-01-01T00:00:00Z");
        std::string all;
        for (const auto& [key, row] : feed.known()) {
            all += row;
        }
        again.give(all);
        again.watermark(evening);
        for (std::size_t port = 0; port < node.outputs.size(); ++port) {
            INFO("session " << session << ", port " << node.outputs[port].name);
            const auto table = kept(node.rows(port), says_nothing);
            const auto expected = kept(again.rows(port), says_nothing);
            REQUIRE((!expected.empty() || session + compared_every < sessions));
            REQUIRE(table.size() == expected.size());
            const auto differ = std::mismatch(table.begin(), table.end(), expected.begin()).first;
            if (differ != table.end()) {
                CAPTURE(differ->first, differ->second, expected.at(differ->first));
                FAIL("a row differs");
            }
        }
    }
    for (std::size_t port = 0; port < node.outputs.size(); ++port) {
        check_revisions(node.rows(port));
    }
    CHECK(node.context.counter("bars_corrected").value() > 20);
    CHECK(node.context.counter("bars_repeated").value() > 5);
    CHECK(node.context.counter("bars_too_late").value() == 0);
}

template <class N>
void check_late_daily(const std::string& toml, const std::vector<std::string>& symbols) {
    check_late_daily<N>(toml, symbols, [](const Batch&) { return false; });
}

}  // namespace tsflow::market
