#include "http_server.hpp"

#include <algorithm>
#include <cctype>
#include <mutex>
#include <thread>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/read.hpp>

namespace tsflow::market::massive::testing {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::use_awaitable;
using asio::ip::tcp;

struct HttpServer::State {
    State(Handler given, const std::optional<Certificates::Files>& files)
        : handler(std::move(given)), secure(files.has_value()) {
        if (files) {
            tls.use_certificate_chain_file(files->certificate.string());
            tls.use_private_key_file(files->key.string(), asio::ssl::context::pem);
        }
        asio::co_spawn(io, accept(), asio::detached);
        thread = std::thread([this] { io.run(); });
    }
    ~State() {
        io.stop();
        thread.join();
    }

    asio::awaitable<void> accept() {
        for (;;) {
            tcp::socket socket = co_await acceptor.async_accept(use_awaitable);
            {
                const std::lock_guard lock(mutex);
                ++accepted;
            }
            asio::co_spawn(io, connection(std::move(socket)), asio::detached);
        }
    }
    asio::awaitable<void> connection(tcp::socket socket) {
        if (!secure) {
            co_await serve(socket);
            co_return;
        }
        asio::ssl::stream<tcp::socket> stream(std::move(socket), tls);
        co_await stream.async_handshake(asio::ssl::stream_base::server, use_awaitable);
        co_await serve(stream);
    }
    template <class Stream>
    asio::awaitable<void> serve(Stream& stream) {
        boost::beast::flat_buffer buffer;
        for (;;) {
            http::request<http::empty_body> request;
            co_await http::async_read(stream, buffer, request, use_awaitable);
            const Answer answer = handler(remember(request));
            if (answer.stall) {
                asio::steady_timer never(io, asio::steady_timer::time_point::max());
                co_await never.async_wait(use_awaitable);
            }
            if (answer.vanish) {
                co_return;
            }
            const std::string text = text_of(answer);
            co_await asio::async_write(stream, asio::buffer(text), use_awaitable);
            if (answer.hang_up || answer.cut > 0) {
                co_return;
            }
        }
    }
    Request remember(const http::request<http::empty_body>& request) {
        Request kept{std::string{request.target()}, {}};
        for (const auto& field : request) {
            std::string name{field.name_string()};
            std::transform(name.begin(), name.end(), name.begin(),
                           [](unsigned char c) { return std::tolower(c); });
            kept.headers[name] = std::string{field.value()};
        }
        const std::lock_guard lock(mutex);
        return requests.emplace_back(kept);
    }
    static std::string text_of(const Answer& answer) {
        std::string text = "HTTP/1.1 " + std::to_string(answer.status) + " Said\r\n";
        for (const auto& [name, value] : answer.headers) {
            text.append(name).append(": ").append(value).append("\r\n");
        }
        text += "Content-Length: " + std::to_string(answer.body.size()) + "\r\n\r\n";
        return text + (answer.cut > 0 ? answer.body.substr(0, answer.cut) : answer.body);
    }

    Handler handler;
    bool secure;
    asio::io_context io{1};
    asio::ssl::context tls{asio::ssl::context::tls_server};
    tcp::acceptor acceptor{io, {asio::ip::make_address("127.0.0.1"), 0}};
    mutable std::mutex mutex;
    std::vector<Request> requests;
    std::size_t accepted = 0;
    std::thread thread;
};

HttpServer::HttpServer(Handler handler, std::optional<Certificates::Files> tls)
    : state_(std::make_unique<State>(std::move(handler), tls)) {}
HttpServer::~HttpServer() = default;

std::uint16_t HttpServer::port() const {
    return state_->acceptor.local_endpoint().port();
}

std::string HttpServer::url() const {
    return (state_->secure ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(port());
}

std::vector<Request> HttpServer::requests() const {
    const std::lock_guard lock(state_->mutex);
    return state_->requests;
}

std::size_t HttpServer::connections() const {
    const std::lock_guard lock(state_->mutex);
    return state_->accepted;
}

}  // namespace tsflow::market::massive::testing
