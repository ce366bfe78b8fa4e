#include "aggregates.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "events.hpp"
#include "new_york.hpp"
#include "random.hpp"
#include "seconds.hpp"
#include "tsflow/error.hpp"
#include "tsflow/time.hpp"

namespace tsflow::massive_sim {

namespace {

constexpr std::size_t most_base_bars = 50'000;
constexpr std::int64_t most_multiplier = 100'000;
constexpr std::int64_t farthest_ms = 1'000'000'000'000'000;  // some 30,000 years
constexpr std::array<std::string_view, 4> spans{"second", "minute", "hour", "day"};
constexpr std::int64_t minutes_per_hour = 60;
constexpr std::int64_t seconds_per_minute = 60;

/// A date, as the first or the last millisecond of the New York day, or milliseconds.
std::int64_t read_time(std::string_view name, const std::string& text, bool is_end) {
    if (const auto ms = number<std::int64_t>(text)) {
        return std::clamp(*ms, -farthest_ms, farthest_ms);
    }
    const auto date = parse_date(text);
    if (!date) {
        throw Error("Could not parse the time parameter: '" + std::string{name} +
                    "'. Use YYYY-MM-DD or Unix MS Timestamps");
    }
    const std::int64_t day = date->time_since_epoch().count();
    return is_end ? midnight_ms(day + 1) - 1 : midnight_ms(day);
}

bool is_false(const Parameters& query, std::string_view name) {
    const std::string* value = find(query, name);
    return value != nullptr && *value == "false";
}

/// The encoding of cursors.
std::string base64_url(std::string_view text) {
    constexpr std::string_view digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string encoded;
    for (std::size_t i = 0; i < text.size(); i += 3) {
        std::uint32_t three = 0;
        const std::size_t count = std::min<std::size_t>(3, text.size() - i);
        for (std::size_t byte = 0; byte < 3; ++byte) {
            three = three << 8 | (byte < count ? static_cast<unsigned char>(text[i + byte]) : 0);
        }
        for (std::size_t digit = 0; digit <= count; ++digit) {
            encoded += digits[three >> (18 - 6 * digit) & 63];
        }
    }
    return encoded;
}

std::string base64_url_decode(std::string_view text) {
    std::string decoded;
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : text) {
        std::uint32_t digit = 0;
        if (c >= 'A' && c <= 'Z') {
            digit = static_cast<std::uint32_t>(c - 'A');
        } else if (c >= 'a' && c <= 'z') {
            digit = static_cast<std::uint32_t>(c - 'a' + 26);
        } else if (c >= '0' && c <= '9') {
            digit = static_cast<std::uint32_t>(c - '0' + 52);
        } else if (c == '-' || c == '_') {
            digit = c == '-' ? 62 : 63;
        } else {
            throw Error("The parameter 'cursor' is none of this service.");
        }
        bits = bits << 6 | digit;
        count += 6;
        if (count >= 8) {
            count -= 8;
            decoded += static_cast<char>(bits >> count);
        }
    }
    return decoded;
}

/// Where the bucket begins that a moment belongs to.
std::int64_t bucket_start(const AggregateRequest& request, std::int64_t ms) {
    if (request.multiplier == 1 && request.span != "day" && request.span != "hour") {
        return ms;
    }
    const std::int64_t day = new_york(ms).day;
    if (request.span == "day") {
        const std::int64_t first = day >= 0 ? day - day % request.multiplier : day;
        return midnight_ms(first);
    }
    const std::int64_t base = request.span == "second"   ? ms_per_second
                              : request.span == "minute" ? ms_per_minute
                                                         : minutes_per_hour * ms_per_minute;
    const std::int64_t width = base * request.multiplier;
    const std::int64_t midnight = midnight_ms(day);
    return midnight + (ms - midnight) / width * width;
}

struct BaseBar {
    std::int64_t start_ms;
    Bar bar;
};

std::vector<BaseBar> base_bars(const AggregateRequest& request, Market& market,
                               std::int64_t position_ms) {
    const auto symbol = market.symbol(request.ticker);
    if (!symbol) {
        return {};
    }
    std::vector<BaseBar> base;
    const auto floor_minute = [](std::int64_t ms) {
        return ms >= 0 ? ms / ms_per_minute : (ms - ms_per_minute + 1) / ms_per_minute;
    };
    const std::int64_t first = floor_minute(request.from_ms);
    const std::int64_t last = floor_minute(request.to_ms);
    if (request.span != "second") {
        std::vector<Bar> bars;
        market.known(*symbol, first, last, bars);
        for (const Bar& bar : bars) {
            base.push_back({bar.minute * ms_per_minute, bar});
        }
    } else {
        std::vector<Bar> bars;
        market.happened(*symbol, first, std::min(last, floor_minute(position_ms)), bars);
        for (const Bar& bar : bars) {
            const MinutePath path(bar, mix(request.ticker));
            for (int second = 0; second < seconds_per_minute; ++second) {
                const std::int64_t start = bar.minute * ms_per_minute + second * ms_per_second;
                const auto found = path.second(second);
                if (found && start + ms_per_second <= position_ms) {
                    base.push_back({start, *found});
                }
            }
        }
    }
    std::erase_if(base, [&](const BaseBar& bar) {
        return bar.start_ms < request.from_ms || bar.start_ms > request.to_ms;
    });
    return base;
}

void add(Bucket& bucket, const Bar& bar) {
    Bar& sum = bucket.bar;
    sum.high = std::max(sum.high, bar.high);
    sum.low = std::min(sum.low, bar.low);
    sum.close = bar.close;
    sum.volume += bar.volume;
    sum.transactions =
        bar.transactions < 0 || sum.transactions < 0 ? -1 : sum.transactions + bar.transactions;
    bucket.turnover += bar.volume * vwap_of(bar);
}

}  // namespace

AggregateRequest read_aggregate_request(const std::vector<std::string>& parts,
                                        const Parameters& query) {
    AggregateRequest request;
    request.ticker = parts[3];
    const auto multiplier = number<std::int64_t>(parts[5]);
    if (!multiplier || *multiplier < 1 || *multiplier > most_multiplier) {
        throw Error(
            "Could not parse the parameter 'multiplier': it must be a whole number from 1 to "
            "100000.");
    }
    request.multiplier = *multiplier;
    request.span = parts[6];
    if (std::ranges::find(spans, request.span) == spans.end()) {
        throw Error("The simulator serves the time spans second, minute, hour and day only.");
    }
    request.from_ms = read_time("from", parts[7], false);
    request.to_ms = read_time("to", parts[8], true);

    Parameters options = query;
    if (const std::string* cursor = find(query, "cursor")) {
        options = parse_parameters(base64_url_decode(*cursor));
    }
    if (const std::string* limit = find(options, "limit")) {
        const auto count = number<std::size_t>(*limit);
        if (!count || *count < 1 || *count > most_base_bars) {
            throw Error("The parameter 'limit' must be a whole number from 1 to 50000.");
        }
        request.limit = *count;
    }
    if (const std::string* sort = find(options, "sort")) {
        request.ascending = *sort != "desc";
    }
    request.adjusted = !is_false(options, "adjusted");
    return request;
}

AggregatePage aggregate(const AggregateRequest& request, Market& market, std::int64_t position_ms) {
    std::vector<BaseBar> base = base_bars(request, market, position_ms);
    AggregatePage page;
    for (const BaseBar& each : base) {
        const std::int64_t start = bucket_start(request, each.start_ms);
        if (page.buckets.empty() || page.buckets.back().start_ms != start) {
            page.buckets.push_back({start, each.bar, each.bar.volume * vwap_of(each.bar)});
        } else {
            add(page.buckets.back(), each.bar);
        }
    }
    // Pages are cut between buckets, at the first that brings the base bars to the limit.
    std::vector<std::size_t> counts(page.buckets.size());
    std::size_t bucket = 0;
    for (const BaseBar& each : base) {
        bucket += bucket_start(request, each.start_ms) != page.buckets[bucket].start_ms ? 1 : 0;
        ++counts[bucket];
    }
    if (!request.ascending) {
        std::ranges::reverse(page.buckets);
        std::ranges::reverse(counts);
    }
    std::size_t kept = 0;
    while (kept < counts.size() && page.base_count < request.limit) {
        page.base_count += counts[kept++];
    }
    if (kept < page.buckets.size()) {
        page.next_ms =
            request.ascending ? page.buckets[kept].start_ms : page.buckets[kept - 1].start_ms - 1;
        page.buckets.resize(kept);
    }
    return page;
}

void append_results(std::string& json, const AggregatePage& page) {
    if (page.buckets.empty()) {
        return;
    }
    constexpr double decimals = 1e4;
    json += R"(,"results":)";
    char separator = '[';
    for (const Bucket& bucket : page.buckets) {
        const Bar& bar = bucket.bar;
        json += separator;
        separator = ',';
        json += R"({"v":)";
        append_number(json, bar.volume);
        json += R"(,"vw":)";
        append_number(json, std::round(bucket.turnover / bar.volume * decimals) / decimals);
        json += R"(,"o":)";
        append_number(json, bar.open);
        json += R"(,"c":)";
        append_number(json, bar.close);
        json += R"(,"h":)";
        append_number(json, bar.high);
        json += R"(,"l":)";
        append_number(json, bar.low);
        json += R"(,"t":)";
        append_number(json, bucket.start_ms);
        if (bar.transactions >= 0) {
            json += R"(,"n":)";
            append_number(json, bar.transactions);
        }
        json += '}';
    }
    json += ']';
}

std::string next_path(const AggregateRequest& request, std::int64_t next_ms) {
    const std::string cursor = "limit=" + std::to_string(request.limit) +
                               "&sort=" + (request.ascending ? "asc" : "desc") +
                               "&adjusted=" + (request.adjusted ? "true" : "false");
    const std::int64_t from = request.ascending ? next_ms : request.from_ms;
    const std::int64_t to = request.ascending ? request.to_ms : next_ms;
    return "/v2/aggs/ticker/" + request.ticker + "/range/" + std::to_string(request.multiplier) +
           "/" + request.span + "/" + std::to_string(from) + "/" + std::to_string(to) +
           "?cursor=" + base64_url(cursor);
}

}  // namespace tsflow::massive_sim
