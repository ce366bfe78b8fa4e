#include "transport.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <utility>

namespace tsflow::massive_sim {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

class Plain final : public Transport {
public:
    explicit Plain(tcp::socket socket) : socket_(std::move(socket)) {}

    void handshake(Done done) override {
        asio::post(socket_.get_executor(), [done = std::move(done)] { done({}, 0); });
    }
    void read(asio::mutable_buffer to, Done done) override {
        socket_.async_read_some(to, std::move(done));
    }
    void write(const std::vector<asio::const_buffer>& from, Done done) override {
        socket_.async_write_some(from, std::move(done));
    }
    void end(bool, Done) override {
        boost::system::error_code ignored;
        socket_.shutdown(tcp::socket::shutdown_send, ignored);
    }
    tcp::socket& socket() override { return socket_; }

private:
    tcp::socket socket_;
};

class Tls final : public Transport {
public:
    Tls(tcp::socket socket, asio::ssl::context& context) : stream_(std::move(socket), context) {}

    void handshake(Done done) override {
        stream_.async_handshake(asio::ssl::stream_base::server,
                                [done = std::move(done)](auto error) { done(error, 0); });
    }
    void read(asio::mutable_buffer to, Done done) override {
        stream_.async_read_some(to, std::move(done));
    }
    void write(const std::vector<asio::const_buffer>& from, Done done) override {
        stream_.async_write_some(from, std::move(done));
    }
    void end(bool in_order, Done done) override {
        if (in_order) {
            stream_.async_shutdown([done = std::move(done)](auto error) { done(error, 0); });
        } else {
            boost::system::error_code ignored;
            socket().shutdown(tcp::socket::shutdown_send, ignored);
        }
    }
    tcp::socket& socket() override { return stream_.next_layer(); }

private:
    asio::ssl::stream<tcp::socket> stream_;
};

}  // namespace

std::unique_ptr<Transport> make_plain(tcp::socket socket) {
    return std::make_unique<Plain>(std::move(socket));
}

std::unique_ptr<Transport> make_tls(tcp::socket socket, asio::ssl::context& context) {
    return std::make_unique<Tls>(std::move(socket), context);
}

}  // namespace tsflow::massive_sim
