#include "massive/rest_client.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <system_error>
#include <utility>

#include "http_connection.hpp"
#include "origin.hpp"

namespace tsflow::market::massive {

namespace {

constexpr int ok = 200;

bool is_printable(char c) {
    return c > ' ' && c < '\x7f';
}

Origin origin_of(const std::string& url) {
    Address address;
    try {
        address = parse_address(url);
    } catch (const Error& error) {
        throw ConfigError("url", error.what());
    }
    if (address.target != "/") {
        throw ConfigError("url", "'" + address.origin.text() + address.target +
                                     "' has a path; expected only the service, as '" +
                                     address.origin.text() + "'");
    }
    return address.origin;
}

std::string authorization_of(const Secret& key) {
    const std::string& text = key.reveal();
    if (!std::all_of(text.begin(), text.end(), is_printable)) {
        throw ConfigError("api_key",
                          "the key holds blanks, line ends or bytes beyond ASCII, so it was not "
                          "copied well; copy it anew from the vendor's page");
    }
    return text.empty() ? std::string{} : "Bearer " + text;
}

bool may_pass(int status) {
    constexpr int timed_out = 408, too_large = 413, too_early = 425, too_many = 429, server = 500;
    return status == timed_out || status == too_large || status == too_early ||
           status == too_many || status >= server;
}

/// Whole seconds; a date, which HTTP also allows, counts as none.
Duration retry_after(const std::string& header) {
    std::int32_t seconds = 0;
    const char* end = header.data() + header.size();
    const auto [stop, error] = std::from_chars(header.data(), end, seconds);
    const bool good = error == std::errc{} && stop == end && seconds > 0;
    return good ? Duration{std::chrono::seconds{seconds}} : Duration{0};
}

void append_escaped(std::string& out, std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (letter || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_' || c == '~') {
            out += c;
        } else {
            out.append({'%', digits[byte >> 4], digits[byte & 0xf]});
        }
    }
}

std::string_view name_of(Span span) {
    switch (span) {
        case Span::second:
            return "second";
        case Span::minute:
            return "minute";
        case Span::day:
            break;
    }
    return "day";
}

/// Of the times that the service may be asked for.
std::int64_t ceil_ms(Timestamp time) {
    time = std::clamp(time, Timestamp{}, Timestamp::max() - std::chrono::seconds{1});
    return std::chrono::ceil<std::chrono::milliseconds>(time).time_since_epoch().count();
}

}  // namespace

struct RestClient::State {
    explicit State(const Options& options)
        : origin(origin_of(options.url)),
          key(options.api_key),
          page_limit(options.page_limit),
          connection({origin, authorization_of(key), options.ca_file, options.timeout,
                      HttpConnection::Options{}.body_limit, options.stopping}) {}

    std::string get(const std::string& target);
    std::string get_next(const std::string& url);
    std::string shown(std::string text) const;

    Origin origin;
    Secret key;
    std::int64_t page_limit;
    HttpConnection connection;
};

/// `text` on one line, cut, and without the key, which a server might repeat.
std::string RestClient::State::shown(std::string text) const {
    constexpr std::size_t most = 300;
    const std::string& secret = key.reveal();
    for (std::size_t at = 0; !secret.empty() && (at = text.find(secret, at)) != text.npos;) {
        text.replace(at, secret.size(), "***");
    }
    std::replace_if(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
    if (text.size() > most) {
        text.resize(most);
        text += "…";
    }
    return text;
}

std::string RestClient::State::get(const std::string& target) {
    const std::string what = "GET " + origin.text() + shown(target.substr(0, target.find('?')));
    HttpReply reply;
    try {
        reply = connection.get(target);
    } catch (const HttpError& error) {
        throw RestError(what + ": " + error.what(), 0, error.retry, Duration{0});
    }
    if (reply.status == ok) {
        return std::move(reply.body);
    }
    std::string message = what + ": the service answered " + std::to_string(reply.status);
    if (!reply.reason.empty()) {
        message += " (" + shown(reply.reason) + ")";
    }
    message += reply.body.empty() ? " and said nothing" : ": " + shown(reply.body);
    throw RestError(message, reply.status, may_pass(reply.status), retry_after(reply.retry_after));
}

std::string RestClient::State::get_next(const std::string& url) {
    const Address address = parse_address(url);
    if (address.origin != origin) {
        throw Error("The next page of a reply is at " + address.origin.text() +
                    ", which is not the service at " + origin.text() +
                    " that was asked: it is not followed, because it would be told the key");
    }
    return get(address.target);
}

RestClient::RestClient(Options options) {
    try {
        state_ = std::make_unique<State>(options);
    } catch (const ConfigError&) {
        throw;
    } catch (const Error& error) {
        throw ConfigError("ca_file", error.what());
    }
}
RestClient::~RestClient() = default;

BarsPage RestClient::bars(std::string_view ticker, Span span, Timestamp from, Timestamp to) {
    const std::int64_t first = ceil_ms(from);
    const std::int64_t last = ceil_ms(to) - 1;  // the service counts it in
    if (first > last) {
        return {};
    }
    std::string target = "/v2/aggs/ticker/";
    append_escaped(target, ticker);
    target += "/range/1/";
    target += name_of(span);
    target += "/" + std::to_string(first) + "/" + std::to_string(last) +
              "?adjusted=false&sort=asc&limit=" + std::to_string(state_->page_limit);
    BarsPage page = parse_bars(state_->get(target));
    // The service begins with the window that `from` lies in.
    const auto within = std::find_if(page.bars.begin(), page.bars.end(),
                                     [from](const RestBar& bar) { return bar.start >= from; });
    page.bars.erase(page.bars.begin(), within);
    return page;
}

BarsPage RestClient::next(const std::string& url) {
    return parse_bars(state_->get_next(url));
}

SplitsPage RestClient::splits(Date from, Date to) {
    constexpr const char* most_of_a_page = "1000";
    return parse_splits(state_->get("/v3/reference/splits?execution_date.gte=" + format_date(from) +
                                    "&execution_date.lte=" + format_date(to) +
                                    "&order=asc&sort=execution_date&limit=" + most_of_a_page));
}

SplitsPage RestClient::next_splits(const std::string& url) {
    return parse_splits(state_->get_next(url));
}

void RestClient::check() {
    // Every plan may ask this; not every one may see every bar.
    state_->get("/v1/marketstatus/now");
}

void RestClient::cancel() noexcept {
    state_->connection.cancel();
}

}  // namespace tsflow::market::massive
