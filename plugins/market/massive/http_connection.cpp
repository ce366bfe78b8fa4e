#include "http_connection.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <mutex>
#include <optional>
#include <utility>

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

namespace tsflow::market::massive {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::use_awaitable;
using asio::ip::tcp;
using Request = http::request<http::empty_body>;
using Reply = http::response_parser<http::string_body>;
using SteadyClock = std::chrono::steady_clock;

/// A socket with all that works on it. It is thrown away as a whole, so that nothing of a request that
/// was given up is left to be waited for.
struct Link {
    explicit Link(asio::ssl::context& tls) : stream(io, tls) {}

    asio::io_context io{1};
    asio::ssl::stream<tcp::socket> stream;  // without TLS only its socket is used
    boost::beast::flat_buffer buffer;
    bool open = false;
    bool answered = false;  // the request under way has an answer, or a part of one
};

asio::ssl::context make_tls(const std::filesystem::path& ca_file) {
    asio::ssl::context tls(asio::ssl::context::tls_client);
    SSL_CTX_set_min_proto_version(tls.native_handle(), TLS1_2_VERSION);
    tls.set_verify_mode(asio::ssl::verify_peer);
    boost::system::error_code error;
    if (ca_file.empty()) {
        tls.set_default_verify_paths(error);
    } else {
        tls.load_verify_file(ca_file.string(), error);
    }
    if (error) {
        throw Error("The certificates in '" + ca_file.string() +
                    "' cannot be read: " + error.message() + "; expected a PEM file");
    }
    return tls;
}

void expect_host(SSL* ssl, const std::string& host) {
    boost::system::error_code no_address;
    asio::ip::make_address(host, no_address);
    X509_VERIFY_PARAM* const rules = SSL_get0_param(ssl);
    if (no_address) {
        SSL_set_tlsext_host_name(ssl, host.c_str());
        X509_VERIFY_PARAM_set1_host(rules, host.c_str(), host.size());
    } else {
        X509_VERIFY_PARAM_set1_ip_asc(rules, host.c_str());
    }
}

asio::awaitable<void> connect(Link& link, const Origin& origin) {
    tcp::resolver resolver(link.io);
    const auto found = co_await resolver.async_resolve(origin.host, origin.port, use_awaitable);
    tcp::socket& socket = link.stream.next_layer();
    co_await asio::async_connect(socket, found, use_awaitable);
    socket.set_option(tcp::no_delay{true});
    if (!origin.tls) {
        co_return;
    }
    SSL* const ssl = link.stream.native_handle();
    expect_host(ssl, origin.host);
    boost::system::error_code error;
    co_await link.stream.async_handshake(asio::ssl::stream_base::client,
                                         asio::redirect_error(use_awaitable, error));
    if (const long verdict = SSL_get_verify_result(ssl); error && verdict != X509_V_OK) {
        throw HttpError(
            std::string{"its certificate is refused: "} + X509_verify_cert_error_string(verdict),
            false);
    }
    if (error) {
        throw boost::system::system_error(error, "TLS");
    }
}

template <class Stream>
asio::awaitable<void> ask(Link& link, Stream& stream, const Request& request, Reply& reply) {
    co_await http::async_write(stream, request, use_awaitable);
    co_await http::async_read_some(stream, link.buffer, reply, use_awaitable);
    link.answered = true;
    if (!reply.is_done()) {
        co_await http::async_read(stream, link.buffer, reply, use_awaitable);
    }
}

asio::awaitable<void> exchange(Link& link, const Origin& origin, const Request& request,
                               Reply& reply) {
    if (!link.open) {
        co_await connect(link, origin);
        link.open = true;
    }
    if (origin.tls) {
        co_await ask(link, link.stream, request, reply);
    } else {
        co_await ask(link, link.stream.next_layer(), request, reply);
    }
}

}  // namespace

struct HttpConnection::State {
    explicit State(Options given) : options(std::move(given)), tls(make_tls(options.ca_file)) {}

    Request request_for(const std::string& target) const;
    void open();
    void drop() noexcept;
    std::exception_ptr run(const Request& request, Reply& reply, SteadyClock::time_point deadline);

    Options options;
    asio::ssl::context tls;
    std::atomic<bool> cancelled{false};
    std::mutex mutex;            // over the pointer, against cancel()
    std::unique_ptr<Link> link;  // null: not connected
};

Request HttpConnection::State::request_for(const std::string& target) const {
    constexpr int http_1_1 = 11;
    Request request(http::verb::get, target, http_1_1);
    request.set(http::field::host, options.origin.authority());
    request.set(http::field::user_agent, "tsflow");
    request.set(http::field::accept, "application/json");
    request.set(http::field::accept_encoding, "identity");
    if (!options.authorization.empty()) {
        request.set(http::field::authorization, options.authorization);
    }
    return request;
}

void HttpConnection::State::open() {
    const std::lock_guard lock(mutex);
    link = std::make_unique<Link>(tls);
    link->io.restart();
}

void HttpConnection::State::drop() noexcept {
    std::unique_ptr<Link> dropped;
    const std::lock_guard lock(mutex);
    dropped = std::move(link);
}

/// One try over the link; what it failed with, or null.
std::exception_ptr HttpConnection::State::run(const Request& request, Reply& reply,
                                              SteadyClock::time_point deadline) {
    constexpr auto slice = std::chrono::milliseconds{50};
    std::optional<std::exception_ptr> result;
    link->answered = false;
    link->io.restart();
    asio::co_spawn(link->io, exchange(*link, options.origin, request, reply),
                   [&result](std::exception_ptr failure) { result = std::move(failure); });
    while (!result) {
        if (options.stopping && options.stopping()) {
            cancelled = true;
        }
        if (cancelled) {
            drop();
            return std::make_exception_ptr(HttpError("the request was cancelled", false));
        }
        const auto now = SteadyClock::now();
        if (now >= deadline) {
            drop();
            return std::make_exception_ptr(
                HttpError("no complete answer within " + format_duration(options.timeout), true));
        }
        link->io.run_until(std::min(deadline, now + slice));
    }
    return *result;
}

HttpConnection::HttpConnection(Options options)
    : state_(std::make_unique<State>(std::move(options))) {}
HttpConnection::~HttpConnection() = default;

HttpReply HttpConnection::get(const std::string& target) {
    State& state = *state_;
    const Request request = state.request_for(target);
    const auto deadline = SteadyClock::now() + state.options.timeout;
    for (;;) {
        const bool reused = state.link != nullptr;
        if (!reused) {
            state.open();
        }
        Reply reply;
        reply.body_limit(state.options.body_limit);
        const std::exception_ptr failure = state.run(request, reply, deadline);
        const bool answered = state.link && state.link->answered;
        if (failure || !reply.keep_alive()) {
            state.drop();
        }
        if (!failure) {
            const auto& message = reply.get();
            return {static_cast<int>(message.result_int()), std::string{message.reason()},
                    std::string{message[http::field::retry_after]}, message.body()};
        }
        try {
            std::rethrow_exception(failure);
        } catch (const boost::system::system_error& error) {
            // The server may close a kept connection at any time, also while a request is on its way.
            if (!reused || answered) {
                const bool too_large = error.code() == http::error::body_limit;
                throw HttpError(error.code().message(), !too_large);
            }
        }
    }
}

void HttpConnection::cancel() noexcept {
    state_->cancelled = true;
    const std::lock_guard lock(state_->mutex);
    if (state_->link) {
        state_->link->io.stop();
    }
}

}  // namespace tsflow::market::massive
