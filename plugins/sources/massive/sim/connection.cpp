#include "connection.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/http/error.hpp>
#include <utility>

namespace tsflow::massive_sim {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

constexpr std::size_t input_bytes = 64 * 1024;
constexpr std::size_t most_written = 4 << 20;  // by one call
constexpr std::chrono::seconds grace{2};       // for the other side to end as well
constexpr std::chrono::milliseconds rate_interval{20};
constexpr std::size_t close_code_bytes = 2;

}  // namespace

Connection::Connection(asio::io_context& io, std::unique_ptr<Transport> transport,
                       const Services& services)
    : io_(io), transport_(std::move(transport)), services_(services), input_(input_bytes) {}

void Connection::begin() {
    transport_->handshake([self = shared_from_this()](Error error, std::size_t) {
        if (error) {
            self->over();
        } else {
            self->read();
        }
    });
}

void Connection::read() {
    transport_->read(asio::buffer(input_),
                     [self = shared_from_this()](Error error, std::size_t bytes) {
                         if (error || self->over_) {
                             self->over();
                             return;
                         }
                         self->take({self->input_.data(), bytes});
                         self->read();
                     });
}

void Connection::take(std::string_view bytes) {
    if (ending_ && !client_) {
        return;
    }
    if (client_) {
        frames_.feed(bytes);
        take_websocket();
    } else {
        unread_ += bytes;
        take_http();
    }
}

void Connection::take_http() {
    while (!unread_.empty() && !busy_ && !ending_ && !hanging_) {
        if (!parser_) {
            parser_.emplace();
            parser_->eager(true);
        }
        Error error;
        const std::size_t used = parser_->put(asio::buffer(unread_), error);
        unread_.erase(0, used);
        if (error && error != http::error::need_more) {
            HttpResponse response;
            response.status = 400;
            answer(response, false);
            return;
        }
        if (!parser_->is_done()) {
            return;
        }
        const HttpRequest request = request_of(*parser_);
        parser_.reset();
        handle(request);
        if (client_) {
            frames_.feed(std::exchange(unread_, {}));
            take_websocket();
            return;
        }
    }
}

HttpRequest Connection::request_of(const Parser& parser) const {
    const auto& message = parser.get();
    const auto text = [](boost::beast::string_view view) {
        return std::string{view.data(), view.size()};
    };
    const auto field = [&](http::field name) { return text(message[name]); };
    const std::string target = text(message.target());
    const std::size_t question = target.find('?');
    HttpRequest request;
    request.method = text(message.method_string());
    request.path = percent_decode(std::string_view{target}.substr(0, question));
    if (question != std::string::npos) {
        request.query = parse_parameters(std::string_view{target}.substr(question + 1));
    }
    request.authorization = field(http::field::authorization);
    request.origin = services_.scheme + "://" + field(http::field::host);
    if (boost::beast::iequals(message[http::field::upgrade], "websocket")) {
        request.websocket_key = field(http::field::sec_websocket_key);
    }
    request.body = message.body();
    request.keep_alive = message.keep_alive();
    return request;
}

void Connection::handle(const HttpRequest& request) {
    if (!request.websocket_key.empty()) {
        upgrade(request);
        return;
    }
    const HttpResponse response = services_.respond(request);
    if (response.delay_ms == 0) {
        answer(response, request.keep_alive);
        return;
    }
    busy_ = true;
    after(std::chrono::milliseconds{response.delay_ms},
          [this, response, keep_alive = request.keep_alive] {
              busy_ = false;
              answer(response, keep_alive);
              take_http();
          });
}

void Connection::answer(const HttpResponse& response, bool keep_alive) {
    const std::string text = wire_text(response, keep_alive);
    const std::size_t cut = response.cut_short ? response.body.size() / 2 : 0;
    outbox_.raw(std::string_view{text}.substr(0, text.size() - cut));
    if (keep_alive && !response.cut_short) {
        flush();
    } else {
        finish();
    }
}

void Connection::upgrade(const HttpRequest& request) {
    switch (services_.refusal()) {
        case Refusal::How::close:
            abort(false);
            return;
        case Refusal::How::unavailable: {
            HttpResponse response;
            response.status = 503;
            answer(response, false);
            return;
        }
        case Refusal::How::hang:
            hanging_ = true;
            return;
        case Refusal::How::none:
            break;
    }
    outbox_.raw(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: " +
        accept_value(request.websocket_key) + "\r\n\r\n");
    client_ = services_.feed->connect(*this, request.path.substr(1));
    flush();
}

void Connection::take_websocket() {
    try {
        while (const auto message = frames_.next()) {
            if (message->opcode == Opcode::text) {
                services_.feed->text(*client_, message->payload);
            } else if (message->opcode == Opcode::ping && !ending_) {
                outbox_.message(Opcode::pong, message->payload);
                flush();
            } else if (message->opcode == Opcode::close) {
                got_close_ = true;
                answer_close(*message);
            }
        }
    } catch (const ProtocolError& error) {
        client_->ended = true;
        got_close_ = true;  // nothing more is understood, so that nothing is waited for
        close(error.code, error.what());
    }
}

/// The client ends the conversation; when the simulator did so first, there is nothing to answer.
void Connection::answer_close(const FrameReader::Message& message) {
    if (!ending_) {
        client_->ended = true;
        outbox_.clear();
        outbox_.message(Opcode::close, message.payload.substr(0, close_code_bytes));
        sent_close_ = true;
        finish();
    } else {
        flush();
    }
}

std::size_t Connection::allowance() {
    if (rate_ == 0) {
        return most_written;
    }
    const Steady now = std::chrono::steady_clock::now();
    const std::chrono::duration<double> elapsed = now - allowed_at_;
    allowed_at_ = now;
    // A pause does not save up more than one interval's worth.
    const double most =
        static_cast<double>(rate_) * std::chrono::duration<double>(2 * rate_interval).count();
    allowed_ =
        std::min(allowed_ + elapsed.count() * static_cast<double>(rate_), std::max(most, 1.0));
    return static_cast<std::size_t>(std::max(allowed_, 0.0));  // below: what went before the limit
}

void Connection::flush() {
    if (writing_ || over_ || sent_all_ || (stalled_ && !ending_)) {
        return;
    }
    if (outbox_.empty()) {
        // Who sends a close frame waits for the other's before it ends the stream.
        if (ending_ && (!sent_close_ || got_close_)) {
            end_sending();
        }
        return;
    }
    const std::size_t most = allowance();
    if (most == 0) {
        if (!std::exchange(waiting_for_rate_, true)) {
            after(rate_interval, [this] {
                waiting_for_rate_ = false;
                flush();
            });
        }
        return;
    }
    outbox_.front(pieces_, most);
    buffers_.clear();
    for (const std::string_view piece : pieces_) {
        buffers_.emplace_back(piece.data(), piece.size());
    }
    writing_ = true;
    transport_->write(buffers_, [self = shared_from_this()](Error error, std::size_t bytes) {
        self->writing_ = false;
        if (error) {
            self->over();
            return;
        }
        self->outbox_.written(bytes);
        self->allowed_ -= static_cast<double>(bytes);
        self->flush();
        self->services_.drained();
    });
}

/// All is sent: the stream ends, and the connection as soon as the other side ends too.
void Connection::end_sending() {
    sent_all_ = true;
    transport_->end(sent_close_ || !client_,
                    [self = shared_from_this()](Error, std::size_t) { self->over(); });
    after(grace, [this] { over(); });
}

void Connection::close(std::uint16_t code, std::string_view reason) {
    if (over_ || ending_) {
        return;
    }
    sent_close_ = true;
    outbox_.message(Opcode::close, close_payload(code, reason));
    finish();
}

void Connection::finish() {
    if (over_ || ending_) {
        return;
    }
    ending_ = true;
    after(2 * grace, [this] { over(); });  // also when the other side does not read
    flush();
}

void Connection::abort(bool reset) {
    if (over_) {
        return;
    }
    if (reset) {
        Error ignored;
        transport_->socket().set_option(asio::socket_base::linger(true, 0), ignored);
    }
    over();
}

void Connection::stall(bool stalled) {
    stalled_ = stalled;
    flush();
}

void Connection::limit_rate(std::int64_t bytes_per_second) {
    rate_ = bytes_per_second;
    allowed_ = 0;
    allowed_at_ = std::chrono::steady_clock::now();
    flush();
}

void Connection::go_away() {
    if (client_ && !over_) {
        client_->ended = true;
        close(close_code::going_away, "the simulator stops");
    } else {
        over();
    }
}

void Connection::after(std::chrono::steady_clock::duration wait, std::function<void()> then) {
    auto timer = std::make_shared<asio::steady_timer>(io_, wait);
    timer->async_wait([self = shared_from_this(), timer, then = std::move(then)](Error error) {
        if (!error && !self->over_) {
            then();
        }
    });
}

void Connection::over() {
    if (std::exchange(over_, true)) {
        return;
    }
    Error ignored;
    transport_->socket().close(ignored);
    if (client_) {
        client_->ended = true;
        asio::post(io_, [self = shared_from_this()] {
            self->services_.feed->gone(*self->client_, self->sent_close_);
        });
    }
}

}  // namespace tsflow::massive_sim
