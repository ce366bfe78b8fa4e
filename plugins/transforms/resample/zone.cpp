#include "zone.hpp"

#include <date/tz.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <string_view>

#include "tsflow/error.hpp"

namespace tsflow::resample {

namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t longest_offset = 26 * 3600 * second;  // no zone was ever so far from UTC
constexpr std::int64_t always = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t never = std::numeric_limits<std::int64_t>::min();

std::int64_t nanoseconds(std::chrono::seconds seconds) {
    if (seconds.count() > always / second) {
        return always;
    }
    return seconds.count() < never / second ? never : seconds.count() * second;
}

std::string lower(std::string_view text) {
    std::string result{text};
    std::transform(result.begin(), result.end(), result.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c == ' ' ? '_' : c;
    });
    return result;
}

/// Inserted, deleted and replaced characters between two texts.
std::size_t edits(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (const char c : a) {
        std::size_t diagonal = row[0]++;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t replaced = diagonal + (c == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
}

/// The zone that `name` is most likely a slip of; `new york` and `Newyork` find America/New_York.
std::string suggestion(const date::tzdb& zones, const std::string& name) {
    const std::string wanted = lower(name);
    std::string best;
    std::size_t least = wanted.size() / 3 + 1;
    for (const date::time_zone& zone : zones.zones) {
        const std::string whole = lower(zone.name());
        const std::string city = whole.substr(whole.rfind('/') + 1);
        const std::size_t distance = std::min(edits(wanted, whole), edits(wanted, city));
        if (distance < least) {
            least = distance;
            best = zone.name();
        }
    }
    return best.empty() ? "" : "; did you mean \"" + best + "\"?";
}

const date::time_zone* locate(const std::string& name) {
    const date::tzdb* zones = nullptr;
    try {
        zones = &date::get_tzdb();
    } catch (const std::runtime_error& error) {
        throw ConfigError("timezone", std::string{"the system has no time zone data ("} +
                                          error.what() + "); install the package tzdata");
    }
    try {
        return date::locate_zone(name);
    } catch (const std::runtime_error&) {
        throw ConfigError("timezone",
                          "there is no time zone \"" + name + "\"" + suggestion(*zones, name));
    }
}

}  // namespace

Zone::Zone(const std::string& name) {
    if (name != "UTC") {
        data_ = locate(name);
    }
}

OffsetSpan Zone::look_up(std::int64_t time) const {
    if (data_ == nullptr) {
        return {never, always, 0};
    }
    using Seconds = std::chrono::sys_seconds;
    const auto at = std::chrono::floor<std::chrono::seconds>(
        std::chrono::sys_time<std::chrono::nanoseconds>{std::chrono::nanoseconds{time}});
    const date::sys_info info = static_cast<const date::time_zone*>(data_)->get_info(Seconds{at});
    return {nanoseconds(info.begin.time_since_epoch()), nanoseconds(info.end.time_since_epoch()),
            nanoseconds(info.offset)};
}

const OffsetSpan& Zone::at(std::int64_t time) {
    if (last_ < spans_.size() && spans_[last_].holds(time)) {
        return spans_[last_];
    }
    auto found =
        std::upper_bound(spans_.begin(), spans_.end(), time,
                         [](std::int64_t t, const OffsetSpan& span) { return t < span.end; });
    if (found == spans_.end() || !found->holds(time)) {
        found = spans_.insert(found, look_up(time));
    }
    last_ = static_cast<std::size_t>(found - spans_.begin());
    return *found;
}

std::int64_t Zone::first_moment(std::int64_t local) {
    OffsetSpan span = at(local - longest_offset);
    for (;;) {
        const std::int64_t moment = local - span.offset;
        if (moment < span.begin) {
            return span.begin;
        }
        if (moment < span.end) {
            return moment;
        }
        span = at(span.end);
    }
}

}  // namespace tsflow::resample
