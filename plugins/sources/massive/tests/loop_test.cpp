// The loop's sockets against a server that sends its bytes in pieces of any size.

#include <catch2/catch.hpp>

#include <array>
#include <condition_variable>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "feed/loop.hpp"
#include "raw_frames.hpp"

using namespace tsflow::massive;
using namespace tsflow::massive::raw;

namespace {

const std::string goodbye_frame = frame("\x03\xe8 bye", goodbye);

std::string accept_of(const std::string& key) {
    const std::string text = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr);
    std::array<unsigned char, 64> encoded{};
    const int length = EVP_EncodeBlock(encoded.data(), digest.data(), static_cast<int>(size));
    return {reinterpret_cast<const char*>(encoded.data()), static_cast<std::size_t>(length)};
}

/// Accepts one client and sends it `bytes`, in pieces of random sizes, the first of them with the answer
/// to its handshake; then stays connected, unless that was a goodbye.
class RawServer {
public:
    RawServer(std::string bytes, std::size_t largest_piece)
        : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        REQUIRE(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0);
        REQUIRE(::listen(listener_, 1) == 0);
        REQUIRE(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
        port = std::to_string(ntohs(address.sin_port));
        thread_ = std::thread(
            [this, bytes = std::move(bytes), largest_piece] { serve(bytes, largest_piece); });
    }
    ~RawServer() {
        thread_.join();
        ::close(client_);
        ::close(listener_);
    }

    std::string port;

private:
    void serve(const std::string& bytes, std::size_t largest_piece) {
        client_ = ::accept(listener_, nullptr, nullptr);
        const int yes = 1;
        ::setsockopt(client_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        std::string request;
        std::array<char, 4096> room{};
        while (request.find("\r\n\r\n") == std::string::npos) {
            const auto got = ::recv(client_, room.data(), room.size(), 0);
            if (got <= 0) {
                return;
            }
            request.append(room.data(), static_cast<std::size_t>(got));
        }
        const std::string name = "Sec-WebSocket-Key: ";
        const std::size_t begin = request.find(name) + name.size();
        const std::string key = request.substr(begin, request.find('\r', begin) - begin);
        const std::string all =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Accept: " +
            accept_of(key) + "\r\n\r\n" + bytes;
        std::mt19937 random(static_cast<unsigned>(largest_piece));
        std::uniform_int_distribution<std::size_t> size{1, largest_piece};
        for (std::size_t at = 0; at < all.size();) {
            const std::string piece = all.substr(at, size(random));
            const auto sent = ::send(client_, piece.data(), piece.size(), MSG_NOSIGNAL);
            if (sent <= 0) {
                return;
            }
            at += static_cast<std::size_t>(sent);
        }
        if (bytes.ends_with(goodbye_frame)) {
            ::shutdown(client_, SHUT_WR);
        }
    }

    int listener_;
    int client_ = -1;
    std::thread thread_;
};

struct Listener final : SocketListener {
    void on_open() override {}
    void on_frame(std::string_view bytes) override {
        const std::lock_guard lock(mutex);
        messages.emplace_back(bytes);
        undrained = true;
    }
    void on_drained() override {
        const std::lock_guard lock(mutex);
        undrained = false;
        changed.notify_one();
    }
    void on_closed(std::string_view why) override {
        const std::lock_guard lock(mutex);
        closed = why;
        changed.notify_one();
    }

    std::mutex mutex;
    std::condition_variable changed;
    std::vector<std::string> messages;
    std::string closed;
    bool undrained = false;
};

/// What the loop's socket tells of a server that sends `bytes`: until `count` messages have come and were
/// announced, or the connection is over.
struct Heard {
    std::vector<std::string> messages;
    std::string closed;
};
Heard hear(const std::string& bytes, std::size_t largest_piece, std::size_t count) {
    RawServer server(bytes, largest_piece);
    Listener listener;
    const auto loop = make_thread_loop();
    Endpoint endpoint = Endpoint::parse("ws://127.0.0.1:" + server.port);
    std::unique_ptr<Socket> socket;
    loop->post([&] { socket = loop->connect(endpoint, listener); });
    {
        std::unique_lock lock(listener.mutex);
        listener.changed.wait_for(lock, std::chrono::seconds{20}, [&] {
            return !listener.closed.empty() ||
                   (listener.messages.size() >= count && !listener.undrained);
        });
    }
    loop->post([&] { socket.reset(); });
    loop->stop();
    return {std::move(listener.messages), std::move(listener.closed)};
}

}  // namespace

TEST_CASE("Messages come as they were sent, however their bytes come, and the last is announced") {
    std::mt19937 random(3);
    const std::vector<std::size_t> sizes{0,    1,    2,    125,    126,    127,    1535,
                                         1536, 1537, 4096, 14'000, 65'535, 65'536, 300'000};
    std::vector<std::string> messages;
    std::string bytes;
    for (std::size_t i = 0; i < 150; ++i) {
        std::string text(sizes[i % sizes.size()], 'a');
        for (char& c : text) {
            c = static_cast<char>('a' + random() % 26);
        }
        messages.push_back(text);
        if (i % 5 == 2) {  // in fragments, an empty one and a ping among them
            const std::size_t cut = text.size() / 3;
            bytes += frame(text.substr(0, cut), text_frame, false) +
                     frame("", continuation, false) + frame("are you there?", ping) +
                     frame(text.substr(cut), continuation);
        } else {
            bytes += frame(text);
        }
        if (i % 11 == 4) {
            bytes += frame("", ping);
        }
    }
    for (const std::size_t largest : {3'000U, 20'000U, 1'000'000U}) {
        const Heard heard = hear(bytes, largest, messages.size());
        CHECK(heard.closed.empty());
        CHECK(heard.messages == messages);
    }
}

TEST_CASE("Small messages come one by one in the smallest pieces") {
    std::vector<std::string> messages;
    std::string bytes;
    for (int i = 0; i < 200; ++i) {
        messages.push_back("[" + std::to_string(i) + "]");
        bytes += frame(messages.back());
    }
    for (const std::size_t largest : {1U, 3U, 40U}) {
        CHECK(hear(bytes, largest, messages.size()).messages == messages);
    }
}

TEST_CASE("Messages before a broken frame are told, and then what is wrong") {
    const std::string good = frame("[1]") + frame("[2]");
    SECTION("bytes that are no UTF-8") {
        const Heard heard = hear(good + frame("\xff\xfe"), 1'000, 3);
        CHECK(heard.messages == std::vector<std::string>{"[1]", "[2]"});
        CHECK_FALSE(heard.closed.empty());
    }
    SECTION("a masked frame, which a server must not send") {
        const Heard heard = hear(good + std::string{"\x81\x81\0\0\0\0x", 7}, 1'000, 3);
        CHECK(heard.messages == std::vector<std::string>{"[1]", "[2]"});
        CHECK_FALSE(heard.closed.empty());
    }
    SECTION("a message within another's parts") {
        const Heard heard =
            hear(good + frame("[3", text_frame, false) + frame("[4]") + frame("]", continuation),
                 1'000, 3);
        CHECK(heard.messages == std::vector<std::string>{"[1]", "[2]"});
        CHECK_FALSE(heard.closed.empty());
    }
    SECTION("a frame with reserved bits") {
        const Heard heard = hear(good + "\xf1\x01x", 1'000, 3);
        CHECK(heard.messages == std::vector<std::string>{"[1]", "[2]"});
        CHECK_FALSE(heard.closed.empty());
    }
    SECTION("a goodbye") {
        const Heard heard = hear(good + goodbye_frame, 1'000, 3);
        CHECK(heard.messages == std::vector<std::string>{"[1]", "[2]"});
        CHECK(heard.closed == "closed by the server with code 1000 ( bye)");
    }
}
