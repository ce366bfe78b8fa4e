#include "schedule.hpp"

#include <algorithm>
#include <utility>

#include "tsflow/error.hpp"

namespace tsflow::massive_rest {
namespace {

Timestamp start_of(std::chrono::sys_days day) {
    return Timestamp{day.time_since_epoch()};
}

}  // namespace

Schedule::Schedule(std::vector<std::string> tickers, Date from, Date to)
    : tickers_(std::move(tickers)) {
    using namespace std::chrono;
    const sys_days end = sys_days{days{to.time_since_epoch().count()}} + days{1};
    for (sys_days begin{days{from.time_since_epoch().count()}}; begin < end;) {
        const year_month_day date{begin};
        const sys_days next = sys_days{(date.year() / date.month() / 1) + months{1}};
        months_.push_back({start_of(begin), start_of(std::min(next, end))});
        begin = next;
    }
    from_ = month_begin();
}

Timestamp Schedule::month_begin() const {
    return month_ < months_.size() ? months_[month_].begin
           : months_.empty()       ? Timestamp{}
                                   : months_.back().end;
}

Request Schedule::next() const {
    return {tickers_[ticker_], from_, months_[month_].end};
}

bool Schedule::finish() {
    const bool month_over = ++ticker_ == tickers_.size();
    if (month_over) {
        ticker_ = 0;
        ++month_;
    }
    from_ = month_begin();
    return month_over;
}

void Schedule::resume(Timestamp month, std::string_view ticker, Timestamp from) {
    const auto found = std::find_if(months_.begin(), months_.end(),
                                    [&](const Month& each) { return each.begin == month; });
    if (found == months_.end() && (months_.empty() || month != months_.back().end)) {
        throw Error(
            "the checkpoint is in the month from " + format_timestamp(month) +
            ", which is not between `from` and `to`; use another state_dir for other dates");
    }
    month_ = static_cast<std::size_t>(found - months_.begin());
    const auto at = std::lower_bound(tickers_.begin(), tickers_.end(), ticker);
    ticker_ = static_cast<std::size_t>(at - tickers_.begin());
    from_ = at != tickers_.end() && *at == ticker ? from : month_begin();
    if (at == tickers_.end() && !done()) {
        ticker_ = tickers_.size() - 1;
        finish();
    }
}

}  // namespace tsflow::massive_rest
