#include "feed/session.hpp"

#include <utility>

namespace tsflow::massive {
std::string_view to_string(SessionState state) noexcept {
    switch (state) {
        case SessionState::idle:
            return "idle";
        case SessionState::connecting:
            return "connecting";
        case SessionState::authenticating:
            return "authenticating";
        case SessionState::streaming:
            return "streaming";
        case SessionState::waiting:
            return "waiting";
        case SessionState::cooling:
            return "cooling";
        case SessionState::failed:
            return "failed";
        case SessionState::stopped:
            return "stopped";
    }
    return "unknown";
}

Session::Session(Loop& loop, SessionOptions options, SessionListener& listener, std::uint64_t seed)
    : loop_(loop), options_(std::move(options)), listener_(listener), backoff_(seed) {}

Session::~Session() {
    stopping_ = true;
    clear_timer();
    end_socket();
}

void Session::start() {
    started_ = true;
    if (state_ == SessionState::idle && !desired_.empty()) {
        connect();
    }
}

void Session::stop() {
    stopping_ = true;
    clear_timer();
    if (state_ == SessionState::streaming || state_ == SessionState::authenticating) {
        socket_->close();
        return;
    }
    end_socket();
    state_ = SessionState::stopped;
}

void Session::set_timer(Duration delay, Loop::Task task) {
    clear_timer();
    timer_ = loop_.after(delay, [this, task = std::move(task)] {
        timer_.reset();
        task();
    });
}

void Session::clear_timer() {
    if (timer_) {
        loop_.cancel(*timer_);
        timer_.reset();
    }
}

void Session::connect() {
    state_ = SessionState::connecting;
    if (attempts_++ > 0) {
        ++reconnects_;
    }
    set_timer(options_.handshake_timeout, [this] {
        lose(state_ == SessionState::connecting ? "no connection in time"
                                                : "no answer to the authentication in time");
    });
    socket_ = loop_.connect(options_.endpoint, *this);
}

void Session::end_socket() {
    for (auto* timer : {&ack_timer_, &proof_timer_}) {
        if (*timer) {
            loop_.cancel(**timer);
            timer->reset();
        }
    }
    held_.clear();
    pending_.clear();
    newly_covered_.clear();
    newly_released_.clear();
    if (socket_) {
        // One of its own calls may have led here, so it is destroyed later.
        loop_.post([ended = std::shared_ptr<Socket>(std::move(socket_))] {});
    }
}

void Session::wait_and_connect(Duration delay, SessionState state) {
    state_ = state;
    set_timer(delay, [this] { connect(); });
}

void Session::lose(std::string_view why) {
    const bool was_up = state_ == SessionState::streaming;
    const std::string reason(why);
    clear_timer();
    end_socket();
    if (stopping_) {
        state_ = SessionState::stopped;
    } else {
        ++errors_;
        const Duration delay = backoff_.next();
        wait_and_connect(delay, SessionState::waiting);
        listener_.on_note(true, (was_up ? "lost: " : "not connected: ") + reason +
                                    "; next attempt in " + text_of(delay));
    }
    if (was_up) {
        listener_.on_down(reason);
    }
}

void Session::drop(std::string_view why) {
    if (socket_) {
        lose(why);
    }
}

void Session::retry_now() {
    kept_out_ = false;
    refusals_ = 0;
    if (state_ == SessionState::cooling || state_ == SessionState::waiting) {
        clear_timer();
        connect();
    }
}

void Session::on_open() {
    state_ = SessionState::authenticating;
}

void Session::on_closed(std::string_view why) {
    if (socket_) {
        lose(why);
    }
}

void Session::on_frame(std::string_view bytes) {
    listener_.on_frame(bytes);
}

}  // namespace tsflow::massive
