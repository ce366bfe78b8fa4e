// How a session keeps what is subscribed equal to what is desired.

#include <algorithm>
#include <string>
#include <utility>

#include "feed/session.hpp"
#include "tsflow/text.hpp"

namespace tsflow::massive {
namespace {

/// `NOTHING` of `AM.BRK.B`: what follows the first dot, because tickers hold dots.
std::string_view ticker_of(std::string_view pair) {
    const std::size_t dot = pair.find('.');
    return dot == std::string_view::npos ? std::string_view{} : pair.substr(dot + 1);
}

std::string action(std::string_view name, std::string_view params) {
    std::string json = "{\"action\":";
    append_json_text(json, name);
    json += ",\"params\":";
    append_json_text(json, params);
    return json + '}';
}

constexpr std::string_view subscribed = "subscribed to: ";
constexpr std::string_view unsubscribed = "unsubscribed to: ";
constexpr int most_doublings = 4;  // of the cool-down
constexpr std::size_t named_at_most = 5;

}  // namespace

std::string Session::text_of(Duration delay) {
    return format_duration(std::chrono::round<std::chrono::milliseconds>(delay));
}

void Session::desire(const Tickers& tickers) {
    desired_ = {tickers.begin(), tickers.end()};
    if (state_ == SessionState::streaming) {
        reconcile();
    } else if (started_ && state_ == SessionState::idle && !desired_.empty()) {
        connect();
    }
}

void Session::reconcile() {
    Tickers add, drop;
    for (const std::string& ticker : desired_) {
        if (!held_.contains(ticker) && !pending_.contains(ticker)) {
            add.push_back(ticker);
        }
    }
    for (const std::string& ticker : held_) {
        if (!desired_.contains(ticker) && !pending_.contains(ticker)) {
            drop.push_back(ticker);
        }
    }
    std::sort(add.begin(), add.end());
    std::sort(drop.begin(), drop.end());
    for (const std::string& ticker : add) {
        pending_.emplace(ticker, Pending{true, options_.channels.size()});
    }
    for (const std::string& ticker : drop) {
        pending_.emplace(ticker, Pending{false, options_.channels.size()});
    }
    send_action("subscribe", add);
    send_action("unsubscribe", drop);
    watch_acks();
}

void Session::send_action(std::string_view name, const Tickers& tickers) {
    std::string params;
    std::size_t count = 0;
    const auto flush = [&] {
        if (!params.empty()) {
            socket_->send(action(name, params));
        }
        params.clear();
        count = 0;
    };
    for (const std::string& ticker : tickers) {
        for (const std::string& channel : options_.channels) {
            params += (params.empty() ? "" : ",") + channel + "." + ticker;
            if (++count == options_.params_in_message) {
                flush();
            }
        }
    }
    flush();
}

void Session::watch_acks() {
    if (ack_timer_) {
        loop_.cancel(*ack_timer_);
        ack_timer_.reset();
    }
    if (!pending_.empty()) {
        ack_timer_ = loop_.after(options_.ack_timeout, [this] {
            ack_timer_.reset();
            acks_overdue();
        });
    }
}

void Session::acks_overdue() {
    // The service keeps quiet about channels that it does not know and about what is subscribed already,
    // so one repetition must do; the rows show what really comes.
    Tickers again, given_up;
    for (auto& [ticker, pending] : pending_) {
        if (pending.repeated) {
            given_up.push_back(ticker);
        } else {
            pending.repeated = true;
            if (pending.subscribe) {
                again.push_back(ticker);
            }
        }
    }
    std::sort(again.begin(), again.end());
    std::sort(given_up.begin(), given_up.end());
    send_action("subscribe", again);
    if (!given_up.empty()) {
        ++errors_;
        std::string names;
        for (std::size_t i = 0; i < std::min(given_up.size(), named_at_most); ++i) {
            names += (i == 0 ? "" : ", ") + given_up[i];
        }
        listener_.on_note(true, std::to_string(given_up.size()) +
                                    " tickers were not acknowledged, taken as subscribed: " +
                                    names + (given_up.size() > named_at_most ? ", …" : ""));
        for (const std::string& ticker : given_up) {
            settle(ticker, pending_.at(ticker).subscribe);
        }
    }
    on_statuses_end();
}

void Session::settle(const std::string& ticker, bool subscribe) {
    pending_.erase(ticker);
    if (subscribe) {
        held_.insert(ticker);
        newly_covered_.push_back(ticker);
    } else {
        held_.erase(ticker);
        newly_released_.push_back(ticker);
    }
}

void Session::acknowledged(std::string_view pair, bool subscribe) {
    const auto found = pending_.find(std::string(ticker_of(pair)));
    if (found == pending_.end() || found->second.subscribe != subscribe) {
        return;
    }
    if (--found->second.acks == 0) {
        settle(std::string(found->first), subscribe);
    }
}

void Session::on_status(std::string_view status, std::string_view message) {
    if (!socket_ || stopping_) {
        return;
    }
    if (status == "connected") {
        if (state_ == SessionState::authenticating) {
            socket_->send(action("auth", options_.api_key));
        }
    } else if (status == "auth_success") {
        if (state_ != SessionState::authenticating) {
            return;
        }
        clear_timer();
        state_ = SessionState::streaming;
        proof_timer_ = loop_.after(options_.proven_after, [this] {
            proof_timer_.reset();
            backoff_.reset();
            refusals_ = 0;
        });
        listener_.on_up();
        reconcile();
    } else if (status == "success") {
        if (message.substr(0, subscribed.size()) == subscribed) {
            acknowledged(message.substr(subscribed.size()), true);
        } else if (message.substr(0, unsubscribed.size()) == unsubscribed) {
            acknowledged(message.substr(unsubscribed.size()), false);
        }
    } else if (status == "auth_failed") {
        ++errors_;
        const bool was_up = state_ == SessionState::streaming;
        clear_timer();
        end_socket();
        state_ = SessionState::failed;
        if (was_up) {
            listener_.on_down(message);
        }
        listener_.on_failed(message);
    } else if (status == "auth_timeout") {
        lose(message);
    } else if (status == "max_connections") {
        ++errors_;
        const bool was_up = state_ == SessionState::streaming;
        const std::string why(message);
        clear_timer();
        end_socket();
        if (was_up) {
            listener_.on_down(why);
        }
        // The owner decides in on_refused() whether this one is kept out as long as others live.
        state_ = SessionState::cooling;
        listener_.on_refused(why);
        if (!kept_out_) {
            const Duration delay = options_.cool_down * (1 << std::min(refusals_, most_doublings));
            wait_and_connect(delay, SessionState::cooling);
            listener_.on_note(true, "the plan allows no further connection (" + why +
                                        "); next attempt in " + text_of(delay));
        }
        ++refusals_;
    } else if (status == "error") {
        ++errors_;
        listener_.on_note(true, "the feed answers: " + std::string(message));
    }
}

void Session::on_statuses_end() {
    if (!newly_covered_.empty()) {
        listener_.on_covered(std::exchange(newly_covered_, {}));
    }
    if (!newly_released_.empty()) {
        listener_.on_released(std::exchange(newly_released_, {}));
    }
    if (state_ == SessionState::streaming) {
        if (pending_.empty()) {
            reconcile();  // what was desired while its opposite was under way
        }
        watch_acks();
    }
}

}  // namespace tsflow::massive
