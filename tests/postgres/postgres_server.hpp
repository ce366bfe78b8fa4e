#pragma once

#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <optional>
#include <stdexcept>
#include <string>

extern char** environ;

/// A PostgreSQL server of the test's own, made by start.sh beside this file; it ends with this object or,
/// at the latest, with the test's process.
class PostgresServer {
public:
    /// Nothing when no server is installed. The database `test` is empty.
    static std::optional<PostgresServer> start() { return start(nullptr); }
    /// One that syncs what it commits to the disk, as one in production does; the others do not.
    static std::optional<PostgresServer> start_durable() { return start("durable"); }
    /// One with the TimescaleDB extension, created in its database; it may serve one connection at a time,
    /// and no COPY (tests/pglite). Nothing when there is none to be had.
    static std::optional<PostgresServer> start_timescale() { return start("timescale"); }

    PostgresServer(PostgresServer&& other) noexcept
        : process_(other.process_), input_(other.input_), output_(other.output_), url_(other.url_) {
        other.process_ = other.input_ = other.output_ = -1;
    }
    PostgresServer& operator=(PostgresServer&&) = delete;
    PostgresServer(const PostgresServer&) = delete;
    PostgresServer& operator=(const PostgresServer&) = delete;
    ~PostgresServer() { stop(); }

    const std::string& url() const noexcept { return url_; }

    /// Ends the server and its backends at once, as a crash does; start_again() has it recover.
    void crash() const { command("kill\n"); }
    void start_again() const { command("start\n"); }

    /// Returns when the server is gone.
    void stop() {
        for (int* end : {&input_, &output_}) {
            if (*end >= 0) {
                ::close(*end);
                *end = -1;
            }
        }
        if (process_ > 0) {
            ::waitpid(process_, nullptr, 0);
            process_ = -1;
        }
    }

private:
    PostgresServer() = default;

    static std::optional<PostgresServer> start(const char* kind) {
        PostgresServer server;
        server.spawn(kind);
        if (!server.read_url()) {
            int status = 0;
            ::waitpid(server.process_, &status, 0);
            server.process_ = -1;
            constexpr int skipped = 77;
            if (WIFEXITED(status) && WEXITSTATUS(status) == skipped) {
                return std::nullopt;
            }
            throw std::runtime_error("tests/postgres/start.sh failed");
        }
        return server;
    }

    void spawn(const char* kind) {
        const char* source = ::getenv("TSFLOW_SOURCE_DIR");
        std::string script =
            std::string{source == nullptr ? "." : source} + "/tests/postgres/start.sh";
        int in[2];
        int out[2];
        if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0) {
            throw std::runtime_error("no pipe can be made");
        }
        posix_spawn_file_actions_t actions;
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
        ::posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
        std::string argument = kind == nullptr ? "" : kind;
        char* argv[] = {script.data(), kind == nullptr ? nullptr : argument.data(), nullptr};
        const int error =
            ::posix_spawn(&process_, script.c_str(), &actions, nullptr, argv, environ);
        ::posix_spawn_file_actions_destroy(&actions);
        ::close(in[0]);
        ::close(out[1]);
        input_ = in[1];
        output_ = out[0];
        if (error != 0) {
            process_ = -1;
            throw std::runtime_error("cannot run " + script);
        }
    }

    void command(const std::string& line) const {
        const auto size = static_cast<ssize_t>(line.size());
        std::string answer;
        if (::write(input_, line.data(), line.size()) != size || !read_line(answer)) {
            throw std::runtime_error("tests/postgres/start.sh is gone");
        }
    }

    bool read_url() { return read_line(url_); }
    bool read_line(std::string& line) const {
        for (char c = 0; ::read(output_, &c, 1) == 1;) {
            if (c == '\n') {
                return true;
            }
            line += c;
        }
        return false;
    }

    pid_t process_ = -1;
    int input_ = -1;
    int output_ = -1;
    std::string url_;
};
