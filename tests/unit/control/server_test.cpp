#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <string>

#include <catch2/catch.hpp>

#include "control/client.hpp"
#include "control/server.hpp"
#include "tsflow/error.hpp"

using namespace tsflow;
using namespace tsflow::control;

namespace {

const ListenAddress any_port{"127.0.0.1", 0, true};

Endpoint endpoint_of(const Server& server) {
    return {{"127.0.0.1", server.port(), true}, {}};
}

Answer echo(const Request& request) {
    if (request.path == "/throw") {
        throw Error("the handler failed");
    }
    Answer answer;
    answer.body = request.path;
    return answer;
}

/// What comes back for these bytes until the server closes.
std::string exchange(std::uint16_t port, const std::string& bytes) {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(bytes.size()));
    std::string reply;
    std::array<char, 4096> buffer{};
    for (ssize_t n = 0; (n = ::recv(fd, buffer.data(), buffer.size(), 0)) > 0;) {
        reply.append(buffer.data(), static_cast<std::size_t>(n));
    }
    ::close(fd);
    return reply;
}

/// Sends numbers until it has sent so many; tells when it is destroyed.
class Count final : public Stream {
public:
    Count(int most, std::atomic<bool>& gone) : most_(most), gone_(gone) {}
    ~Count() override {
        gone_ = true;
        gone_.notify_all();
    }
    std::string next() override { return over() ? "" : std::to_string(sent_++) + "\n"; }
    bool over() const override { return most_ > 0 && sent_ >= most_; }

private:
    int most_;
    int sent_ = 0;
    std::atomic<bool>& gone_;
};

}  // namespace

TEST_CASE("A request is answered, and what the handler throws is told") {
    const Server server(any_port, echo);
    CHECK(get(endpoint_of(server), "/some/page?x=1").body == "/some/page");
    const Reply failed = get(endpoint_of(server), "/throw");
    CHECK(failed.status == 500);
    CHECK(failed.body == "{\"error\":\"the handler failed\"}\n");
    CHECK(get(endpoint_of(server), "/%zz").status == 400);
}

TEST_CASE("Requests that change things, have bodies or are too long are refused") {
    const Server server(any_port, echo);
    const auto status_of = [&](const std::string& request) {
        return exchange(server.port(), request).substr(0, 12);
    };
    CHECK(status_of("POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n") == "HTTP/1.1 405");
    CHECK(status_of("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabcde") ==
          "HTTP/1.1 413");
    CHECK(status_of("GET /" + std::string(9000, 'a') + " HTTP/1.1\r\n\r\n") == "HTTP/1.1 431");
    CHECK(status_of("nonsense\r\n\r\n") == "HTTP/1.1 400");
}

TEST_CASE("HEAD is answered like GET, without the body") {
    const Server server(any_port, echo);
    const std::string reply =
        exchange(server.port(), "HEAD /abc HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    CHECK(reply.find("Content-Length: 4\r\n") != std::string::npos);
    CHECK(reply.ends_with("\r\n\r\n"));
}

TEST_CASE("A client that does not end its request in time is dropped") {
    const Server server(any_port, echo, {.timeout = std::chrono::milliseconds{50}});
    CHECK(exchange(server.port(), "GET / HTTP/1.1\r\nHost:").empty());
}

TEST_CASE("Beyond the most clients connections are closed at once") {
    const Server server(any_port, echo, {.most_clients = 0});
    CHECK(exchange(server.port(), "").empty());
}

TEST_CASE("An address in use is named") {
    const Server server(any_port, echo);
    const ListenAddress taken{"127.0.0.1", server.port(), true};
    CHECK_THROWS_WITH(Server(taken, echo),
                      "control: cannot listen on 127.0.0.1:" + std::to_string(server.port()) +
                          ": Address already in use");
}

TEST_CASE("Nobody at an address is told with the address") {
    Endpoint nobody{{"127.0.0.1", 0, true}, {}};
    {
        const Server server(any_port, echo);
        nobody = endpoint_of(server);
    }
    CHECK_THROWS_WITH(get(nobody, "/"),
                      Catch::Contains("127.0.0.1:") && Catch::Contains("does not answer"));
}

TEST_CASE("A stream that fails ends with the reason") {
    class Failing final : public Stream {
    public:
        std::string next() override { throw Error("the disk is gone"); }
        bool over() const override { return false; }
    };
    const Server server(any_port, [](const Request&) {
        Answer answer;
        answer.stream = std::make_unique<Failing>();
        return answer;
    });
    CHECK(get(endpoint_of(server), "/").body == "# the disk is gone\n");
}

TEST_CASE("A stream comes in pieces until it is over, or the client has enough") {
    std::atomic<bool> gone{false};
    const int most = GENERATE(0, 5);
    const Server server(any_port, [&](const Request&) {
        Answer answer;
        answer.stream = std::make_unique<Count>(most, gone);
        return answer;
    });
    std::string seen;
    const Reply reply = follow(endpoint_of(server), "/", [&](std::string_view piece) {
        seen += piece;
        return seen.find("4\n") == std::string::npos;
    });
    CHECK(reply.status == 200);
    CHECK(seen.starts_with("0\n1\n2\n3\n4\n"));
    gone.wait(false);  // also when the client left in the middle
}
