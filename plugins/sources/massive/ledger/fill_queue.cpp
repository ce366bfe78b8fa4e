#include "fill_queue.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace tsflow::massive {
namespace {

constexpr int unknown_key = 401;
constexpr int not_entitled = 403;
constexpr int too_many_requests = 429;

Timestamp floor_to(Timestamp time, Duration length) {
    const Duration past = time.time_since_epoch() % length;
    return time - (past < Duration::zero() ? past + length : past);
}

Timestamp ceil_to(Timestamp time, Duration length) {
    const Timestamp floor = floor_to(time, length);
    return floor == time ? time : floor + length;
}

bool power_of_two(unsigned number) {
    return number != 0 && (number & (number - 1)) == 0;
}

}  // namespace

/// The part of an order that one call of add() brings.
struct FillQueue::Range {
    struct Part {
        std::int64_t gap;
        Timestamp from;
    };
    std::string symbol;
    Channel channel = Channel::minute;
    Span span = Span::minute;
    Duration margin{0};
    Timestamp from, to;
    Timestamp ready;  ///< when the first of its gaps can be fetched
    std::vector<Part> parts;

    auto key() const { return std::tie(channel, symbol, from); }
};

std::vector<FillResult> FillQueue::add(const std::vector<Gap>& gaps, Duration margin,
                                       Timestamp now) {
    std::vector<FillResult> complete;
    std::vector<Range> ranges;
    for (const Gap& gap : gaps) {
        const std::optional<Span> span = span_of(gap.channel);
        if (!span) {
            continue;
        }
        const Duration length = length_of(*span);
        const Timestamp from = floor_to(gap.filled_to, length);
        const Timestamp to = gap.to ? ceil_to(*gap.to, length) : floor_to(now - margin, length);
        if (gap.to && gap.filled_to >= *gap.to) {
            FillResult result;
            result.gaps = {gap.id};
            result.symbol = gap.symbol;
            result.channel = gap.channel;
            result.requested = now;
            result.through = *gap.to;
            result.done = true;
            complete.push_back(std::move(result));
        } else if (from < to) {
            ranges.push_back(
                {gap.symbol, gap.channel, *span, margin, from, to, to + margin, {{gap.id, from}}});
        }
    }
    std::stable_sort(ranges.begin(), ranges.end(),
                     [](const Range& a, const Range& b) { return a.key() < b.key(); });
    for (std::size_t i = 0; i < ranges.size();) {
        Range range = std::move(ranges[i]);
        for (++i; i < ranges.size() && ranges[i].symbol == range.symbol &&
                  ranges[i].channel == range.channel && ranges[i].from <= range.to;
             ++i) {
            range.to = std::max(range.to, ranges[i].to);
            range.ready = std::min(range.ready, ranges[i].ready);
            range.parts.insert(range.parts.end(), ranges[i].parts.begin(), ranges[i].parts.end());
        }
        take_in(range);
    }
    return complete;
}

bool FillQueue::touches(const Order& order, const Range& range) {
    return range.from <= order.what.to && order.what.from <= range.to;
}

/// Into an order that there is, or as a new one.
void FillQueue::take_in(const Range& range) {
    std::vector<Id>& ids = of_symbol_[{range.channel, range.symbol}];
    const auto found =
        std::find_if(ids.begin(), ids.end(), [&](Id id) { return touches(orders_.at(id), range); });
    if (found != ids.end()) {
        const Id id = *found;
        absorb(id, orders_.at(id), range);
        merge_waiting(id);
        return;
    }
    const Id id = ++last_id_;
    ids.push_back(id);
    Order& order = orders_[id];
    order.what = {{}, range.symbol, range.channel, range.from, range.to};
    for (const Range::Part& part : range.parts) {
        order.what.gaps.push_back(part.gap);
    }
    order.span = range.span;
    order.margin = range.margin;
    order.position = order.asked_to = range.from;
    schedule(id, order, range.ready);
}

void FillQueue::absorb(Id id, Order& order, const Range& range) {
    Timestamp begin = order.position;
    for (const Range::Part& part : range.parts) {
        std::vector<std::int64_t>& gaps = order.what.gaps;
        const bool known = std::find(gaps.begin(), gaps.end(), part.gap) != gaps.end();
        if (!known) {
            gaps.push_back(part.gap);
        }
        // What came for other gaps was not counted for this one, so it is fetched again.
        if (!known || part.from < order.what.from) {
            begin = std::min(begin, part.from);
        }
    }
    if (begin < order.position) {
        order.position = order.asked_to = begin;
        order.page.clear();
        order.rewound = under_way_ == id;
    }
    order.what.from = std::min(order.what.from, range.from);
    order.what.to = std::max(order.what.to, range.to);
    if (under_way_ != id && order.failures == 0) {
        schedule(id, order, std::min(order.due, range.ready));
    }
}

/// Takes in the waiting orders that `id` has grown to.
void FillQueue::merge_waiting(Id id) {
    Order& order = orders_.at(id);
    const std::vector<Id> ids = of_symbol_.at({order.what.channel, order.what.symbol});
    for (const Id other : ids) {
        const Order& waiting = orders_.at(other);
        if (other == id || waiting.started) {
            continue;
        }
        Range range{waiting.what.symbol, waiting.what.channel, waiting.span, waiting.margin,
                    waiting.what.from,   waiting.what.to,      waiting.due,  {}};
        if (touches(order, range)) {
            for (const std::int64_t gap : waiting.what.gaps) {
                range.parts.push_back({gap, range.from});
            }
            erase(other);
            absorb(id, order, range);
        }
    }
}

void FillQueue::schedule(Id id, Order& order, Timestamp due) {
    schedule_.erase({order.due, id});
    order.due = due;
    schedule_.emplace(due, id);
}

void FillQueue::erase(Id id) {
    const auto found = orders_.find(id);
    const Order& order = found->second;
    schedule_.erase({order.due, id});
    const auto of_symbol = of_symbol_.find({order.what.channel, order.what.symbol});
    std::erase(of_symbol->second, id);
    if (of_symbol->second.empty()) {
        of_symbol_.erase(of_symbol);
    }
    orders_.erase(found);
}

std::optional<Timestamp> FillQueue::due() const {
    if (schedule_.empty()) {
        return std::nullopt;
    }
    return std::max(schedule_.begin()->first, pace_.earliest());
}

std::optional<FillQueue::Request> FillQueue::next(Timestamp now) {
    while (true) {
        const std::optional<Timestamp> time = due();
        if (!time || *time > now) {
            return std::nullopt;
        }
        const Id id = schedule_.begin()->second;
        Order& order = orders_.at(id);
        if (order.page.empty()) {
            order.asked_to =
                std::min(order.what.to, floor_to(now - order.margin, length_of(order.span)));
            if (order.asked_to <= order.position) {
                // Taken in too early: wait for the next window, or the last.
                const Timestamp window = order.position + length_of(order.span);
                schedule(id, order, std::min(window, order.what.to) + order.margin);
                continue;
            }
        }
        schedule_.erase(schedule_.begin());
        under_way_ = id;
        order.started = true;
        pace_.sent(now);
        return Request{order.what.symbol, order.span, order.position,
                       order.asked_to,    order.page, order.failures > 0};
    }
}

FillResult FillQueue::result_of(const Order& order, Timestamp requested) const {
    FillResult result;
    result.gaps = order.what.gaps;
    result.symbol = order.what.symbol;
    result.channel = order.what.channel;
    result.requested = requested;
    result.through = order.position;
    return result;
}

std::optional<FillResult> FillQueue::answered(BarsPage page, Timestamp requested, Timestamp now) {
    const Id id = *under_way_;
    Order& order = orders_.at(id);
    if (!page.next.empty() && page.next == order.page) {
        failed({"the service answered a page that names itself as the next one", 0, false, {}},
               requested, now);
        return std::nullopt;
    }
    pace_.succeeded();
    order.failures = 0;
    tell_ = false;
    under_way_.reset();
    if (std::exchange(order.rewound, false)) {
        schedule(id, order, now);
        return std::nullopt;
    }
    std::erase_if(page.bars, [&](const RestBar& bar) {
        return bar.start < order.position || bar.start >= order.asked_to;
    });
    if (page.next.empty()) {
        order.position = order.asked_to;
    } else if (!page.bars.empty()) {
        order.position = std::min(page.bars.back().start + length_of(order.span), order.asked_to);
    }
    order.page = std::move(page.next);
    FillResult result = result_of(order, requested);
    result.bars = std::move(page.bars);
    result.done = order.page.empty() && order.position >= order.what.to;
    if (result.done) {
        erase(id);
    } else {
        schedule(id, order, order.page.empty() ? order.what.to + order.margin : now);
    }
    return result;
}

std::vector<FillResult> FillQueue::failed(const Failure& failure, Timestamp requested,
                                          Timestamp now) {
    const Id id = *under_way_;
    Order& order = orders_.at(id);
    under_way_.reset();
    tell_ = false;
    const bool rewound = std::exchange(order.rewound, false);
    std::vector<FillResult> given_up;
    if (failure.status == unknown_key) {
        // One answer is enough for all of them.
        while (!orders_.empty()) {
            given_up.push_back(give_up(orders_.begin()->first, FillResult::Trouble::unauthorized,
                                       failure, requested));
        }
        return given_up;
    }
    if (failure.status == not_entitled) {
        given_up.push_back(give_up(id, FillResult::Trouble::unauthorized, failure, requested));
        return given_up;
    }
    // A page's address may have expired, or the range is over that was asked for: on from where the
    // order stands now.
    if (!failure.retry && failure.status != 0 && order.page.empty() && !rewound) {
        given_up.push_back(give_up(id, FillResult::Trouble::refused, failure, requested));
        return given_up;
    }
    if (!failure.retry) {
        order.page.clear();
    }
    ++order.failures;
    pace_.failed(now);
    tell_ = power_of_two(order.failures) && power_of_two(pace_.failures());
    schedule(id, order, now + std::max(failure.after, pace_.back_off(order.failures)));
    if (failure.status == too_many_requests || failure.after > Duration::zero()) {
        pace_.pause_until(order.due);
    }
    return given_up;
}

FillResult FillQueue::give_up(Id id, FillResult::Trouble trouble, const Failure& failure,
                              Timestamp requested) {
    FillResult result = result_of(orders_.at(id), requested);
    result.done = true;
    result.trouble = trouble;
    result.message = failure.message;
    erase(id);
    return result;
}

}  // namespace tsflow::massive
