#include "rest.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "aggregates.hpp"
#include "events.hpp"
#include "new_york.hpp"
#include "tsflow/error.hpp"
#include "tsflow/text.hpp"
#include "tsflow/time.hpp"

namespace tsflow::massive_sim {

namespace {

constexpr int bad_request = 400;
constexpr int unauthorized = 401;
constexpr int forbidden = 403;
constexpr int not_found = 404;
constexpr int too_many_requests = 429;
constexpr int first_server_error = 500;
constexpr std::int64_t everything = std::numeric_limits<std::int64_t>::max();

std::string text_of(std::string_view text) {
    std::string json;
    append_json_text(json, text);
    return json;
}

}  // namespace

Rest::Rest(const SimulatorOptions& options, Market& market,
           std::function<std::int64_t()> position_ms)
    : options_(options),
      market_(market),
      position_ms_(std::move(position_ms)),
      splits_(read_splits(options.splits)) {}

/// Deterministic, and of the vendor's shape.
std::string Rest::request_id() {
    std::array<char, 16> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), requests_, 16).ptr;
    const std::string hex(digits.data(), end);
    return std::string(32 - hex.size(), '0') + hex;
}

HttpResponse Rest::error(int status, std::string_view name, std::string_view field,
                         std::string_view message) {
    HttpResponse response;
    response.status = status;
    response.body = R"({"status":)" + text_of(name) + R"(,"request_id":")" + request_id() + "\"," +
                    text_of(field) + ":" + text_of(message) + "}";
    return response;
}

HttpResponse Rest::respond(const HttpRequest& request) {
    ++requests_;
    if (auto refusal = refuse(request)) {
        return *refusal;
    }
    HttpResponse response;
    const auto views = split(request.path, '/');
    const std::vector<std::string> parts(views.begin(), views.end());
    constexpr std::size_t aggregate_parts = 9;
    if (parts.size() == aggregate_parts && request.path.starts_with("/v2/aggs/ticker/") &&
        parts[4] == "range") {
        response = aggregates(request, parts);
    } else if (request.path == "/v3/reference/tickers") {
        response = tickers(request);
    } else if (request.path == "/v3/reference/splits") {
        response = splits(request);
    } else if (request.path == "/v1/marketstatus/now") {
        response = market_status();
    } else if (request.path == "/v1/marketstatus/upcoming") {
        response.body = "[]";
    } else {
        response =
            error(not_found, "NOT_FOUND", "message", "The simulator does not serve this path.");
    }
    if (fault_.count > 0) {
        --fault_.count;
        response.delay_ms = fault_.delay_ms;
        response.cut_short = fault_.cut_short;
    }
    return response;
}

/// What a request gets instead of an answer: for its key, its number, or by a fault.
std::optional<HttpResponse> Rest::refuse(const HttpRequest& request) {
    constexpr std::string_view bearer = "Bearer ";
    const std::string* parameter = find(request.query, "apiKey");
    std::string key = parameter != nullptr ? *parameter : "";
    if (request.authorization.starts_with(bearer)) {
        key = request.authorization.substr(bearer.size());
    }
    if (key.empty()) {
        return error(unauthorized, "ERROR", "error", "API Key was not provided");
    }
    if (!options_.api_keys.empty() &&
        std::ranges::find(options_.api_keys, key) == options_.api_keys.end()) {
        return error(unauthorized, "ERROR", "error", "Unknown API Key");
    }
    constexpr std::string_view too_many =
        "You've exceeded the maximum requests per minute, please wait or upgrade your subscription "
        "to continue. https://massive.com/pricing";
    if (options_.rest_per_minute > 0) {
        const auto now = std::chrono::steady_clock::now();
        Minute& usage = usage_[key];
        if (now - usage.begin >= std::chrono::minutes{1}) {
            usage = {.begin = now};
        }
        if (++usage.requests > options_.rest_per_minute) {
            return error(too_many_requests, "ERROR", "error", too_many);
        }
    }
    if (fault_.count == 0 || fault_.status == 0) {
        return std::nullopt;
    }
    --fault_.count;
    HttpResponse response;
    if (fault_.status == forbidden) {
        response = error(forbidden, "NOT_AUTHORIZED", "message",
                         "You are not entitled to this data. Please upgrade your plan at "
                         "https://massive.com/pricing");
    } else if (fault_.status == unauthorized) {
        response = error(unauthorized, "ERROR", "error", "Unknown API Key");
    } else if (fault_.status == too_many_requests) {
        response = error(too_many_requests, "ERROR", "error", too_many);
    } else {
        response = error(fault_.status, "ERROR", "error",
                         fault_.status >= first_server_error ? "internal server error" : "error");
    }
    if (fault_.retry_after) {
        response.headers.emplace_back("Retry-After", std::to_string(*fault_.retry_after));
    }
    if (fault_.empty_body) {
        response.body.clear();
    }
    response.delay_ms = fault_.delay_ms;
    return response;
}

HttpResponse Rest::aggregates(const HttpRequest& request, const std::vector<std::string>& parts) {
    try {
        const AggregateRequest wanted = read_aggregate_request(parts, request.query);
        const bool is_all = options_.rest_serves == "all";
        const AggregatePage page = aggregate(wanted, market_, is_all ? everything : position_ms_());
        HttpResponse response;
        std::string& body = response.body;
        body = R"({"ticker":)" + text_of(wanted.ticker) + R"(,"queryCount":)" +
               std::to_string(page.base_count) + R"(,"resultsCount":)" +
               std::to_string(page.buckets.size()) + R"(,"adjusted":)" +
               (wanted.adjusted ? "true" : "false");
        append_results(body, page);
        body += R"(,"status":"OK","request_id":")" + request_id() + R"(","count":)" +
                std::to_string(page.buckets.size());
        if (page.next_ms) {
            body += R"(,"next_url":)" + text_of(request.origin + next_path(wanted, *page.next_ms));
        }
        body += '}';
        return response;
    } catch (const Error& failure) {
        return error(bad_request, "ERROR", "error", failure.what());
    }
}

HttpResponse Rest::tickers(const HttpRequest& request) {
    constexpr std::size_t default_limit = 100;
    constexpr std::size_t most = 1000;
    std::vector<std::string> wanted = market_.symbols();
    std::ranges::sort(wanted);
    if (const std::string* ticker = find(request.query, "ticker"); ticker && !ticker->empty()) {
        std::erase_if(wanted, [&](const std::string& each) { return each != *ticker; });
    }
    if (const std::string* text = find(request.query, "search")) {
        std::erase_if(wanted,
                      [&](const auto& each) { return each.find(*text) == std::string::npos; });
    }
    if (const std::string* after = find(request.query, "cursor")) {
        std::erase_if(wanted, [&](const std::string& each) { return each <= *after; });
    }
    const std::string* asked = find(request.query, "limit");
    const std::size_t limit =
        std::clamp(asked ? number<std::size_t>(*asked).value_or(default_limit) : default_limit,
                   std::size_t{1}, most);
    const bool has_more = wanted.size() > limit;
    wanted.resize(std::min(wanted.size(), limit));

    HttpResponse response;
    std::string& body = response.body;
    body = R"({"results":[)";
    for (const std::string& ticker : wanted) {
        body += body.back() == '[' ? "" : ",";
        body += R"({"ticker":)" + text_of(ticker) + R"(,"name":)" +
                text_of(ticker + " (simulated)") +
                R"(,"market":"stocks","locale":"us","primary_exchange":"XNAS","type":"CS",)" +
                R"("active":true,"currency_name":"usd"})";
    }
    body += R"(],"status":"OK","request_id":")" + request_id() + R"(","count":)" +
            std::to_string(wanted.size());
    if (has_more) {
        body +=
            R"(,"next_url":)" + text_of(request.origin + request.path + "?cursor=" + wanted.back() +
                                        "&limit=" + std::to_string(limit));
    }
    body += '}';
    return response;
}

/// By ticker and range of dates, descending unless `order=asc`; all other parameters are ignored.
HttpResponse Rest::splits(const HttpRequest& request) {
    constexpr std::size_t default_limit = 10;
    constexpr std::size_t most = 1000;
    const auto parameter = [&](std::string_view name) {
        const std::string* text = find(request.query, name);
        return text == nullptr ? std::string{} : *text;
    };
    const auto earliest = parse_date(parameter("execution_date.gte"));
    const auto latest = parse_date(parameter("execution_date.lte"));
    std::vector<Split> wanted = splits_;
    std::erase_if(wanted, [&](const Split& each) {
        const std::string ticker = parameter("ticker");
        return (!ticker.empty() && each.ticker != ticker) ||
               (earliest && each.ex_date < *earliest) || (latest && each.ex_date > *latest);
    });
    if (parameter("order") != "asc") {
        std::ranges::reverse(wanted);
    }
    const std::size_t begin =
        std::min(number<std::size_t>(parameter("cursor")).value_or(0), wanted.size());
    const std::size_t limit = std::clamp(
        number<std::size_t>(parameter("limit")).value_or(default_limit), std::size_t{1}, most);
    const std::size_t end = std::min(begin + limit, wanted.size());

    HttpResponse response;
    std::string& body = response.body;
    body = R"({"results":[)";
    for (std::size_t at = begin; at < end; ++at) {
        const Split& each = wanted[at];
        body += at == begin ? "" : ",";
        body += R"({"id":"S)" + std::to_string(at) + R"(","execution_date":")" +
                format_date(each.ex_date) + R"(","split_from":1,"split_to":)";
        append_number(body, each.ratio);
        body += R"(,"ticker":)" + text_of(each.ticker) + "}";
    }
    body += R"(],"status":"OK","request_id":")" + request_id() + "\"";
    if (end < wanted.size()) {
        std::string next = request.origin + request.path + "?cursor=" + std::to_string(end);
        for (const char* name :
             {"execution_date.gte", "execution_date.lte", "ticker", "order", "limit"}) {
            if (const std::string value = parameter(name); !value.empty()) {
                next += std::string{"&"} + name + "=" + value;
            }
        }
        body += R"(,"next_url":)" + text_of(next);
    }
    body += '}';
    return response;
}

HttpResponse Rest::market_status() {
    const std::int64_t now = position_ms_();
    const NewYork local = new_york(now);
    const auto within = [&](std::int64_t from, std::int64_t to) {
        return local.is_weekday && local.minute >= from && local.minute < to;
    };
    const bool always = options_.data.empty() && options_.session == "all_day";
    const bool regular = always || within(regular_open, regular_close);
    const bool early = !regular && within(early_open, regular_open);
    const bool late = !regular && within(regular_close, late_close);
    const std::string market = regular ? "open" : early || late ? "extended-hours" : "closed";
    const auto flag = [](bool is) { return is ? "true" : "false"; };
    HttpResponse response;
    response.body = R"({"afterHours":)" + std::string{flag(late)} +
                    R"(,"currencies":{"crypto":"open","fx":"open"},"earlyHours":)" + flag(early) +
                    R"(,"exchanges":{"nasdaq":")" + market + R"(","nyse":")" + market +
                    R"(","otc":")" + market + R"("},"market":")" + market + R"(","serverTime":")" +
                    format_timestamp(Timestamp{std::chrono::milliseconds{now}}) + R"("})";
    return response;
}

}  // namespace tsflow::massive_sim
