#include "control/server.hpp"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/status.hpp>
#include <optional>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "tsflow/error.hpp"

namespace tsflow::control {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::uint32_t most_head_bytes = 8 * 1024;
constexpr std::size_t most_buffered = 16 * 1024;  // of one connection, unread
constexpr std::chrono::milliseconds accept_pause{100};

/// What the connections share.
struct Hub {
    Handler handler;
    ServerLimits limits;
    std::size_t open = 0;
};

std::string text_of(beast::string_view view) {
    return {view.data(), view.size()};
}

class Session : public std::enable_shared_from_this<Session> {
public:
    Session(tcp::socket socket, Hub& hub)
        : stream_(std::move(socket)),
          pause_(stream_.get_executor()),
          buffer_(most_buffered),
          hub_(hub) {
        ++hub_.open;
    }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    ~Session() { --hub_.open; }

    void read() {
        parser_.emplace();
        parser_->header_limit(most_head_bytes);
        parser_->body_limit(0);
        // One deadline for the whole request, which a client that sends a byte now and then meets as well.
        stream_.expires_after(hub_.limits.timeout);
        bhttp::async_read(
            stream_, buffer_, *parser_,
            [self = shared_from_this()](error_code error, std::size_t) { self->taken(error); });
    }

private:
    void taken(error_code error) {
        if (error == bhttp::error::end_of_stream) {
            return end();
        }
        if (error) {
            return refuse(error);
        }
        const auto& message = parser_->get();
        keep_alive_ = message.keep_alive();
        head_only_ = message.method() == bhttp::verb::head;
        if (message.method() != bhttp::verb::get && !head_only_) {
            return send(error_answer(405, "this server is read-only: GET and HEAD"));
        }
        std::optional<Request> request =
            parse_target({message.target().data(), message.target().size()});
        if (!request) {
            return send(error_answer(400, "the address holds a broken % escape"));
        }
        request->accept = text_of(message[bhttp::field::accept]);
        request->authorization = text_of(message[bhttp::field::authorization]);
        request->host = text_of(message[bhttp::field::host]);
        try {
            send(hub_.handler(*request));
        } catch (const std::exception& failure) {
            send(error_answer(500, failure.what()));
        }
    }

    void refuse(error_code error) {
        keep_alive_ = false;
        if (error == bhttp::error::header_limit || error == bhttp::error::buffer_overflow) {
            return send(error_answer(431, "the request is longer than 8 KiB"));
        }
        if (error == bhttp::error::body_limit || error == bhttp::error::unexpected_body) {
            return send(error_answer(413, "a request must have no body"));
        }
        if (error.category() == bhttp::make_error_code(bhttp::error::bad_version).category() &&
            error != bhttp::error::partial_message) {
            return send(error_answer(400, "this is no HTTP/1.1: " + error.message()));
        }
        // The connection is broken or was silent for too long.
    }

    void send(Answer answer) {
        if (answer.stream && !head_only_) {
            keep_alive_ = false;
            return begin(std::move(answer));
        }
        const auto reason = bhttp::obsolete_reason(static_cast<bhttp::status>(answer.status));
        out_ = fmt::format(
            "HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nCache-Control: "
            "no-store\r\n"
            "X-Content-Type-Options: nosniff\r\n{}Connection: {}\r\n\r\n",
            answer.status, text_of(reason), answer.type, answer.body.size(),
            answer.status == 401 ? "WWW-Authenticate: Bearer\r\n" : "",
            keep_alive_ ? "keep-alive" : "close");
        if (!head_only_) {
            out_ += answer.body;
        }
        write([](Session& self) { self.keep_alive_ ? self.read() : self.end(); });
    }

    /// Without a length: the end of the connection is the end of the body.
    void begin(Answer answer) {
        body_ = std::move(answer.stream);
        out_ = fmt::format(
            "HTTP/1.1 200 OK\r\nContent-Type: {}\r\nCache-Control: no-store\r\n"
            "X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n",
            answer.type);
        watch();
        write([](Session& self) { self.go_on(); });
    }

    /// A client that leaves is noticed also while there is nothing to send.
    void watch() {
        stream_.socket().async_read_some(
            asio::buffer(ignored_), [self = shared_from_this()](error_code error, std::size_t) {
                if (error) {
                    self->body_ = nullptr;
                    self->pause_.cancel();
                } else {
                    self->watch();
                }
            });
    }

    void go_on() {
        if (!body_) {
            return;
        }
        try {
            out_ = body_->next();
        } catch (const std::exception& failure) {
            out_ = fmt::format("# {}\n", failure.what());
            body_ = nullptr;
            return write([](Session& self) { self.end(); });
        }
        if (out_.empty() && body_->over()) {
            return end();
        }
        if (!out_.empty()) {
            return write([](Session& self) { self.go_on(); });
        }
        pause_.expires_after(Stream::pause);
        pause_.async_wait([self = shared_from_this()](error_code error) {
            if (!error) {
                self->go_on();
            }
        });
    }

    template <class Then>
    void write(Then then) {
        stream_.expires_after(hub_.limits.timeout);
        asio::async_write(stream_, asio::buffer(out_),
                          [self = shared_from_this(), then](error_code error, std::size_t) {
                              if (error) {
                                  self->body_ = nullptr;
                                  self->close();
                                  return;
                              }
                              self->stream_.expires_never();
                              then(*self);
                          });
    }

    void end() {
        error_code ignored;
        stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
        body_ = nullptr;
    }
    void close() {
        error_code ignored;
        stream_.socket().close(ignored);
    }

    beast::tcp_stream stream_;
    asio::steady_timer pause_;
    beast::flat_buffer buffer_;
    Hub& hub_;
    std::optional<bhttp::request_parser<bhttp::empty_body>> parser_;
    bool keep_alive_ = false;
    bool head_only_ = false;
    std::string out_;
    std::unique_ptr<Stream> body_;
    std::array<char, 64> ignored_{};
};

}  // namespace

struct Server::Parts {
    Parts(Handler handler, ServerLimits limits)
        : hub{std::move(handler), limits}, io(1), acceptor(io), pause(io) {}

    void listen(const ListenAddress& listen) {
        error_code error;
        const auto require = [&](std::string_view what) {
            if (error) {
                throw Error(fmt::format("control: cannot {} {}: {}", what,
                                        to_text(listen, listen.port), error.message()));
            }
        };
        const tcp::endpoint endpoint{asio::ip::make_address(listen.address, error), listen.port};
        require("read the address");
        acceptor.open(endpoint.protocol(), error);
        require("open a socket for");
        acceptor.set_option(tcp::acceptor::reuse_address(true), error);
        require("set options of");
        acceptor.bind(endpoint, error);
        require("listen on");
        acceptor.listen(asio::socket_base::max_listen_connections, error);
        require("listen on");
    }

    void accept() {
        acceptor.async_accept([this](error_code error, tcp::socket socket) {
            if (error == asio::error::operation_aborted) {
                return;
            }
            if (error) {  // there are no descriptors left
                pause.expires_after(accept_pause);
                pause.async_wait([this](error_code) { accept(); });
                return;
            }
            if (hub.open < hub.limits.most_clients) {
                std::make_shared<Session>(std::move(socket), hub)->read();
            }
            accept();
        });
    }

    Hub hub;  // ahead of the context, which holds the connections to its end
    asio::io_context io;
    tcp::acceptor acceptor;
    asio::steady_timer pause;
    std::thread thread;
};

Server::Server(const ListenAddress& listen, Handler handler, ServerLimits limits)
    : parts_(std::make_unique<Parts>(std::move(handler), limits)) {
    parts_->listen(listen);
    parts_->accept();
    parts_->thread = std::thread([parts = parts_.get()] { parts->io.run(); });
}

Server::~Server() {
    parts_->io.stop();
    parts_->thread.join();
}

std::uint16_t Server::port() const noexcept {
    error_code ignored;
    return parts_->acceptor.local_endpoint(ignored).port();
}

}  // namespace tsflow::control
