#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tsflow/time.hpp"

namespace tsflow::massive_rest {

/// What one request asks for: `ticker`'s bars with `from` <= start < `to`.
struct Request {
    std::string ticker;
    Timestamp from;
    Timestamp to;
};

/// The order in which history is asked for: month by month, and in each month ticker by ticker, so that
/// event time moves on for all tickers together and no request is larger than the service likes.
class Schedule {
public:
    /// `tickers` sorted, each once; `from` and `to` are days of UTC, both inclusive.
    Schedule(std::vector<std::string> tickers, Date from, Date to);

    bool done() const noexcept { return month_ == months_.size() || tickers_.empty(); }
    /// What is next, from where the last advance() left it.
    Request next() const;
    /// All before `time` of the current request was fetched.
    void advance(Timestamp time) { from_ = time; }
    /// The current request is answered whole. True when its month is over for all tickers.
    bool finish();
    /// The end of the current month: no bar before it will follow once it is over.
    Timestamp month_begin() const;

    /// Behind a position that month_begin() and next() told in an earlier run: with other tickers, goes on
    /// with the first that is not before `ticker`. Throws Error when the month is not of this schedule.
    void resume(Timestamp month, std::string_view ticker, Timestamp from);

    std::size_t requests() const noexcept { return months_.size() * tickers_.size(); }
    std::size_t finished() const noexcept { return month_ * tickers_.size() + ticker_; }

private:
    struct Month {
        Timestamp begin, end;
    };
    std::vector<std::string> tickers_;
    std::vector<Month> months_;
    std::size_t month_ = 0;
    std::size_t ticker_ = 0;
    Timestamp from_;
};

}  // namespace tsflow::massive_rest
