#pragma once

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstring>
#include <list>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace tsflow::testing {

/// Stands between a client and a server on Unix sockets, and does to connections what a network does. The
/// socket `folder`/.s.PGSQL.5432 leads to that of `server`.
class Proxy {
public:
    Proxy(const std::string& folder, const std::string& server)
        : server_(server + socket_name), listener_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
        const sockaddr_un here = address(folder + socket_name);
        if (::bind(listener_, reinterpret_cast<const sockaddr*>(&here), sizeof here) != 0 ||
            ::listen(listener_, 8) != 0 || ::pipe(wake_) != 0) {
            throw std::runtime_error("the proxy cannot listen");
        }
        thread_ = std::thread([this] { run(); });
    }
    Proxy(const Proxy&) = delete;
    Proxy& operator=(const Proxy&) = delete;
    ~Proxy() {
        stop_ = true;
        const char byte = 0;
        static_cast<void>(::write(wake_[1], &byte, 1));
        thread_.join();
        ::close(listener_);
        ::close(wake_[0]);
        ::close(wake_[1]);
    }

    /// Connections break when that many more bytes went to the server; once.
    void cut_after(std::size_t bytes) { budget_ = static_cast<long>(bytes); }
    /// New connections are closed at once, and there are none left.
    void refuse(bool on) {
        refuse_ = on;
        budget_ = on ? 0 : unlimited;
    }
    /// Bytes go on in small pieces, each after a pause.
    void slow_down(bool on) { slow_ = on; }
    std::size_t cuts() const noexcept { return cuts_; }

private:
    struct Pair {
        int client;
        int server;
    };
    static constexpr const char* socket_name = "/.s.PGSQL.5432";
    static constexpr long unlimited = -1;

    static sockaddr_un address(const std::string& path) {
        sockaddr_un result{};
        result.sun_family = AF_UNIX;
        std::strncpy(result.sun_path, path.c_str(), sizeof result.sun_path - 1);
        return result;
    }

    void accept_one() {
        const int client = ::accept(listener_, nullptr, nullptr);
        const int server = ::socket(AF_UNIX, SOCK_STREAM, 0);
        const sockaddr_un there = address(server_);
        if (refuse_ ||
            ::connect(server, reinterpret_cast<const sockaddr*>(&there), sizeof there) != 0) {
            ::close(client);
            ::close(server);
            return;
        }
        pairs_.push_back({client, server});
    }

    /// False when the connection is over.
    bool pass(int from, int to, bool counted) {
        std::array<char, 8'192> bytes;
        const std::size_t size = slow_ ? 1'024 : bytes.size();
        const ssize_t count = ::read(from, bytes.data(), size);
        if (count <= 0) {
            return false;
        }
        if (counted && budget_ >= 0 && (budget_ -= count) <= 0) {
            budget_ = unlimited;
            ++cuts_;
            return false;
        }
        if (slow_) {
            std::this_thread::sleep_for(std::chrono::milliseconds{1});  // the slowness itself
        }
        for (ssize_t done = 0; done < count;) {
            const ssize_t written = ::send(to, bytes.data() + done,
                                           static_cast<std::size_t>(count - done), MSG_NOSIGNAL);
            if (written <= 0) {
                return false;
            }
            done += written;
        }
        return true;
    }

    void run() {
        while (!stop_) {
            std::vector<pollfd> polled{{listener_, POLLIN, 0}, {wake_[0], POLLIN, 0}};
            for (const Pair& pair : pairs_) {
                polled.push_back({pair.client, POLLIN, 0});
                polled.push_back({pair.server, POLLIN, 0});
            }
            ::poll(polled.data(), polled.size(), 50);
            std::size_t at = 2;
            for (auto pair = pairs_.begin(); pair != pairs_.end(); at += 2) {
                const bool alive =
                    !(refuse_ && budget_ == 0) &&
                    (polled[at].revents == 0 || pass(pair->client, pair->server, true)) &&
                    (polled[at + 1].revents == 0 || pass(pair->server, pair->client, false));
                if (!alive) {
                    ::close(pair->client);
                    ::close(pair->server);
                    pair = pairs_.erase(pair);
                } else {
                    ++pair;
                }
            }
            if ((polled[0].revents & POLLIN) != 0) {
                accept_one();
            }
        }
        for (const Pair& pair : pairs_) {
            ::close(pair.client);
            ::close(pair.server);
        }
    }

    std::string server_;
    int listener_;
    int wake_[2] = {-1, -1};
    std::atomic<bool> stop_{false};
    std::atomic<bool> refuse_{false};
    std::atomic<bool> slow_{false};
    std::atomic<long> budget_{unlimited};
    std::atomic<std::size_t> cuts_{0};
    std::list<Pair> pairs_;
    std::thread thread_;
};

}  // namespace tsflow::testing
