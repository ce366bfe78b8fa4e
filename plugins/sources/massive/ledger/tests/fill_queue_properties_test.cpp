// Random holes, pages, failures and orders given again, from fixed seeds: what the queue promises the ledger.
#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <set>
#include <string>

#include "fill_queue.hpp"

using namespace tsflow;
using namespace tsflow::massive;
using namespace std::chrono_literals;

namespace {

Timestamp at(int minute) {
    return *parse_timestamp("2026-11-20T14:30:00Z") + std::chrono::minutes{minute};
}

/// A service that has a bar for most minutes, in pages of random length, and often fails.
struct Service {
    std::mt19937& random;

    int below(int bound) { return std::uniform_int_distribution<int>(0, bound - 1)(random); }
    static bool has_bar(const std::string& symbol, Timestamp minute) {
        return (std::hash<std::string>{}(symbol) +
                static_cast<std::size_t>((minute - at(0)) / 1min)) %
                   7 !=
               0;
    }
    /// The address of a page is where it begins and where the range ends.
    BarsPage answer(const FillQueue::Request& request) {
        Timestamp from = request.from;
        Timestamp to = request.to;
        if (!request.page.empty()) {
            const std::size_t comma = request.page.find(',');
            from = at(std::stoi(request.page.substr(0, comma)));
            to = at(std::stoi(request.page.substr(comma + 1)));
        }
        const Timestamp end = std::min(to, from + (1 + below(8)) * 1min);
        BarsPage page;
        for (Timestamp minute = from; minute < end; minute += 1min) {
            if (has_bar(request.symbol, minute)) {
                page.bars.push_back({minute, 1, 1, 1, 1, 100, {}, {}});
            }
        }
        if (end < to) {
            page.next =
                std::to_string((end - at(0)) / 1min) + "," + std::to_string((to - at(0)) / 1min);
        }
        return page;
    }
};

/// The ledger's rules for progress, and the bars that were emitted.
struct Books {
    std::map<std::int64_t, Gap> gaps;
    std::map<std::string, std::set<Timestamp>> bars;

    void take(const FillResult& result) {
        for (const RestBar& bar : result.bars) {
            bars[result.symbol].insert(bar.start);
        }
        for (const std::int64_t id : result.gaps) {
            Gap& gap = gaps.at(id);
            gap.rows += bars_of(result, gap);
            gap.filled_to = std::max(gap.filled_to,
                                     gap.to ? std::min(result.through, *gap.to) : result.through);
            check(gap);
        }
    }
    /// All bars before `filled_to` came, and were counted once.
    void check(const Gap& gap) {
        const std::set<Timestamp>& here = bars[gap.symbol];
        std::int64_t expected = 0;
        std::int64_t came = 0;
        for (Timestamp minute = gap.from; minute < gap.filled_to; minute += 1min) {
            const bool there = Service::has_bar(gap.symbol, minute);
            expected += there ? 1 : 0;
            came += there && here.count(minute) == 1 ? 1 : 0;
        }
        if (came != expected ||
            gap.rows != expected) {  // a REQUIRE of each would take most of the time
            CAPTURE(gap.id, came, expected, gap.rows);
            FAIL("what counts as filled did not come once");
        }
    }
};

}  // namespace

TEST_CASE("What counts as filled was delivered, and in the end all is filled") {
    for (unsigned seed = 0; seed < 80; ++seed) {
        INFO("seed " << seed);
        std::mt19937 random(seed);
        Service service{random};
        FillQueue queue{RequestPace(seed % 3 == 0 ? 20 : 0, seed)};
        Books books;
        Timestamp now = at(100);
        const auto order = [&](const std::vector<Gap>& gaps) {
            for (const FillResult& result : queue.add(gaps, 20s, now)) {
                books.take(result);
            }
        };
        const auto new_gap = [&] {
            Gap gap;
            gap.id = static_cast<std::int64_t>(books.gaps.size()) + 1;
            gap.symbol = service.below(3) == 0 ? "AAPL" : "MSFT";
            gap.from = gap.filled_to = at(service.below(100));
            if (service.below(5) > 0) {
                gap.to = gap.from + (1 + service.below(20)) * 1min;
            }
            return books.gaps[gap.id] = gap;
        };
        std::vector<FillResult> waiting;  // results that the feed has not taken yet
        for (int step = 0; step < 400; ++step) {
            now += service.below(20) * 1s;
            if (service.below(12) == 0) {
                order({new_gap()});
            }
            if (service.below(20) == 0) {  // all that is not done, once more
                std::vector<Gap> again;
                for (auto& [id, gap] : books.gaps) {
                    if (!gap.to && service.below(2) == 0) {
                        gap.to = std::max(gap.filled_to, gap.from) + (1 + service.below(9)) * 1min;
                    }
                    if (!gap.to || gap.filled_to < *gap.to) {
                        again.push_back(gap);
                    }
                }
                order(again);
            }
            if (const auto request = queue.next(now)) {
                const Timestamp requested = now;
                now += service.below(5) * 1s;
                if (service.below(10) == 0) {  // while the request is under way
                    order({new_gap()});
                }
                if (service.below(4) == 0) {
                    constexpr int statuses[] = {0, 429, 500, 503};
                    REQUIRE(
                        queue.failed({"no", statuses[service.below(4)], true, {}}, requested, now)
                            .empty());
                } else if (!request->page.empty() && service.below(6) == 0) {
                    REQUIRE(queue.failed({"expired", 400, false, {}}, requested, now).empty());
                } else if (auto result = queue.answered(service.answer(*request), requested, now)) {
                    waiting.push_back(std::move(*result));
                }
            }
            if (service.below(3) == 0) {
                for (const FillResult& result : waiting) {
                    books.take(result);
                }
                waiting.clear();
            }
        }
        for (auto& [id, gap] : books.gaps) {
            if (!gap.to) {
                gap.to = std::max(gap.filled_to, gap.from) + 1min;
                order({gap});
            }
        }
        for (const FillResult& result : waiting) {
            books.take(result);
        }
        int requests = 0;
        while (queue.size() > 0) {
            now = std::max(now, *queue.due());
            if (const auto request = queue.next(now)) {
                REQUIRE(++requests < 2'000);
                if (auto result = queue.answered(service.answer(*request), now, now)) {
                    books.take(*result);
                }
            }
        }
        REQUIRE_FALSE(queue.due());
        for (const auto& [id, gap] : books.gaps) {
            INFO("gap " << id);
            REQUIRE(gap.filled_to == *gap.to);
            books.check(gap);
        }
    }
}
