#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ledger/fill.hpp"
#include "request_pace.hpp"

namespace tsflow::massive {

/// What is to be fetched and when it may be asked for: all of the backfiller but its thread, its clock
/// and its service. One request is under way at a time.
class FillQueue {
public:
    explicit FillQueue(RequestPace pace) : pace_(std::move(pace)) {}

    /// Orders what these gaps lack. Returns results for those that lack nothing. Gaps that are being
    /// fetched already are not fetched twice; an open-ended one is fetched as far as it is settled.
    /// Windows count as settled, that is, no late trade changes them, `margin` after their end.
    std::vector<FillResult> add(const std::vector<Gap>& gaps, Duration margin, Timestamp now);

    struct Request {
        std::string symbol;
        Span span = Span::minute;
        Timestamp from, to;
        std::string page;    ///< URL of a following page; empty: the first of this range
        bool again = false;  ///< the try before failed
    };
    /// What to ask now; nothing when there is none or it is not yet time. What it returns is under way
    /// until answered() or failed().
    std::optional<Request> next(Timestamp now);
    /// When to call next() again; nothing: not before an add().
    std::optional<Timestamp> due() const;

    /// The page came. Nothing when it is of no use any more.
    std::optional<FillResult> answered(BarsPage page, Timestamp requested, Timestamp now);

    struct Failure {
        std::string message;
        int status = 0;  ///< HTTP, 0: no answer
        bool retry = true;
        Duration after{0};
    };
    /// No page came. Returns what is given up.
    std::vector<FillResult> failed(const Failure& failure, Timestamp requested, Timestamp now);
    /// Whether the last failure is worth a line in the log; a series of them is told ever more rarely.
    bool worth_telling() const noexcept { return tell_; }

    /// Orders that wait or are under way.
    std::size_t size() const noexcept { return orders_.size(); }

private:
    using Id = std::uint64_t;
    struct Order {
        FillOrder what;
        Span span = Span::minute;
        Duration margin{0};
        Timestamp position;     ///< all before it came
        Timestamp asked_to;     ///< the end of the range that is being paged through
        std::string page;       ///< the next of that range; empty: a range begins at `position`
        Timestamp due;          ///< not before
        unsigned failures = 0;  ///< in a row
        bool started = false;
        bool rewound = false;  ///< while under way: the answer is for a range that is over
    };
    struct Range;

    void take_in(const Range& range);
    static bool touches(const Order& order, const Range& range);
    void absorb(Id id, Order& order, const Range& range);
    void merge_waiting(Id id);
    void schedule(Id id, Order& order, Timestamp due);
    FillResult result_of(const Order& order, Timestamp requested) const;
    FillResult give_up(Id id, FillResult::Trouble trouble, const Failure& failure,
                       Timestamp requested);
    void erase(Id id);

    RequestPace pace_;
    Id last_id_ = 0;
    std::map<Id, Order> orders_;
    std::map<std::pair<Channel, std::string>, std::vector<Id>> of_symbol_;
    std::set<std::pair<Timestamp, Id>> schedule_;  ///< all orders but the one under way
    std::optional<Id> under_way_;
    bool tell_ = false;
};

}  // namespace tsflow::massive
