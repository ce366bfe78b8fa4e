#include "massive_rest.hpp"

#include <algorithm>
#include <utility>

#include "market/bar.hpp"
#include "tsflow/error.hpp"
#include "tsflow/plugin.hpp"
#include "tsflow/record.hpp"
#include "universe/default_tickers.hpp"
#include "universe/universe.hpp"

namespace tsflow::massive_rest {
namespace {

using market::massive::BarsPage;
using market::massive::RestClient;
using market::massive::RestError;
using market::massive::Span;

constexpr std::size_t batch_rows = 8192;
constexpr int not_found = 404;
constexpr int bad_request = 400;

Span span_of(const std::string& name) {
    return name == "second" ? Span::second : name == "day" ? Span::day : Span::minute;
}

Duration length_of(Span span) {
    switch (span) {
        case Span::second:
            return std::chrono::seconds{1};
        case Span::minute:
            return std::chrono::minutes{1};
        case Span::day:
            return std::chrono::hours{24};
    }
    return {};
}

}  // namespace

MassiveRest::MassiveRest(Config config)
    : config_(std::move(config)), span_(span_of(config_.span)), rows_(market::bar_schema()) {}

Ports MassiveRest::outputs() const {
    return single(market::bar_schema());
}

RestClient::Options MassiveRest::client_options() const {
    RestClient::Options options;
    options.url = config_.url;
    options.api_key = config_.api_key;
    options.ca_file = config_.ca_file;
    return options;
}

std::vector<std::string> MassiveRest::tickers(Context& context) const {
    std::vector<std::string> tickers = config_.symbols;
    if (!config_.universe.empty()) {
        market::Universe universe = market::open_reference(config_.reference, config_.environment)
                                        ->resolve(config_.universe);
        for (const std::string& part : universe.unknown) {
            context.log(Level::warning, "no universe '" + part + "' is known");
        }
        tickers = std::move(universe.symbols);
        if (tickers.empty()) {
            throw Error("universe '" + config_.universe + "' has no tickers");
        }
    }
    if (tickers.empty()) {
        tickers = market::default_tickers();
    }
    std::sort(tickers.begin(), tickers.end());
    tickers.erase(std::unique(tickers.begin(), tickers.end()), tickers.end());
    return tickers;
}

void MassiveRest::open(Context& context) {
    context_ = &context;
    schedule_.emplace(tickers(context), config_.from, config_.to);
    RestClient::Options options = client_options();
    options.stopping = [&context] { return context.stopping(); };
    client_ = std::make_unique<RestClient>(std::move(options));
    next_page_.clear();
    not_before_ = context.clock().now();
}

void MassiveRest::close() noexcept {
    client_.reset();
}

void MassiveRest::probe(Context& context) {
    (void)tickers(context);
    RestClient(client_options()).check();
}

std::optional<BarsPage> MassiveRest::ask(Millis max_wait) {
    const Duration wait = not_before_ - context_->clock().now();
    if (wait.count() > 0) {
        context_->sleep_for(std::min<Duration>(wait, max_wait));
        return std::nullopt;
    }
    if (config_.requests_per_minute > 0) {
        not_before_ = context_->clock().now() +
                      Duration{std::chrono::minutes{1}} / config_.requests_per_minute;
    }
    const Request request = schedule_->next();
    try {
        return next_page_.empty() ? client_->bars(request.ticker, span_, request.from, request.to)
                                  : client_->next(next_page_);
    } catch (const RestError& error) {
        if (context_->stopping()) {  // which ends the request under way
            return std::nullopt;
        }
        if (error.status == not_found || error.status == bad_request) {
            context_->reject(request.ticker, error.what());
            return BarsPage{};
        }
        if (!error.retry) {
            throw;
        }
        next_page_.clear();  // the page's address may have expired; what is left is asked for anew
        if (error.after.count() > 0) {
            not_before_ = context_->clock().now() + error.after;
            context_->log(Level::warning, error.what());
            return std::nullopt;
        }
        throw RetryableError(error.what());
    }
}

void MassiveRest::emit(const BarsPage& page, const Request& request, Emitter& out) {
    market::Bar row;
    row.symbol = Symbol::intern(request.ticker);
    for (const market::massive::RestBar& bar : page.bars) {
        // The service takes whole days for day bars, and may know more than was asked for.
        if (bar.start < request.from || bar.start >= request.to) {
            continue;
        }
        row.timestamp = bar.start;
        row.open = bar.open;
        row.high = bar.high;
        row.low = bar.low;
        row.close = bar.close;
        row.volume = bar.volume;
        row.transactions = bar.transactions;
        append(rows_, row);
        if (rows_.rows() == batch_rows) {
            out.emit(rows_.finish());
        }
    }
    if (!rows_.empty()) {
        out.emit(rows_.finish());
    }
    if (page.unreadable > 0) {
        context_->reject(request.ticker, std::to_string(page.unreadable) + " bars from " +
                                             format_timestamp(request.from) + " cannot be read");
    }
}

Poll MassiveRest::poll(Emitter& out, Millis max_wait) {
    if (schedule_->done()) {
        return Poll::done;
    }
    std::optional<BarsPage> page = ask(max_wait);
    if (!page) {
        return Poll::idle;
    }
    emit(*page, schedule_->next(), out);
    if (!page->bars.empty()) {
        schedule_->advance(page->bars.back().start + length_of(span_));
    }
    next_page_ = std::move(page->next);
    if (next_page_.empty() && schedule_->finish()) {
        out.watermark(schedule_->month_begin());
    }
    return schedule_->done() ? Poll::done : Poll::more;
}

void MassiveRest::position(StateWriter& state) const {
    state.time(schedule_->month_begin());
    const bool done = schedule_->done();
    state.text(done ? "" : schedule_->next().ticker);
    state.time(done ? schedule_->month_begin() : schedule_->next().from);
}

void MassiveRest::resume(StateReader& state) {
    const Timestamp month = state.time();
    const std::string ticker(state.text());
    schedule_->resume(month, ticker, state.time());
}

std::optional<Progress> MassiveRest::progress() const {
    return Progress{schedule_->finished(), schedule_->requests()};
}

}  // namespace tsflow::massive_rest

TSFLOW_PLUGIN("massive_rest", "0.1.0") {
    plugin.add<tsflow::massive_rest::MassiveRest>();
}
