#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/endpoint.hpp"
#include "cli/exit_codes.hpp"
#include "cli/terminal.hpp"
#include "cli/top_view.hpp"
#include "tsflow/error.hpp"

namespace tsflow::cli {
namespace {

constexpr std::array<std::string_view, 6> orders{"plan", "name", "rows", "busy", "lag", "latency"};
constexpr const char* help = "q quit  s sort  / filter";

/// Keys one at a time and a screen of its own, both given back at the end.
class Screen {
public:
    Screen() {
        has_keys_ = ::tcgetattr(STDIN_FILENO, &before_) == 0;
        if (has_keys_) {
            termios keys = before_;
            keys.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
            ::tcsetattr(STDIN_FILENO, TCSANOW, &keys);
        }
        print("\x1b[?1049h\x1b[?25l");
    }
    ~Screen() {
        print("\x1b[?25h\x1b[?1049l");
        if (has_keys_) {
            ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
        }
    }
    Screen(const Screen&) = delete;
    Screen& operator=(const Screen&) = delete;

    static void show(std::string_view text) {
        std::string out = "\x1b[H";
        for (std::size_t from = 0; from < text.size();) {
            const std::size_t end = std::min(text.find('\n', from), text.size());
            out.append(text.substr(from, end - from));
            out += "\x1b[K\n";
            from = end + 1;
        }
        print(out + "\x1b[J");
    }
    /// The key that was pressed before the time was over; 0: none.
    char key(std::chrono::milliseconds wait) const {
        pollfd waiting{STDIN_FILENO, POLLIN, 0};
        char pressed = 0;
        if (::poll(&waiting, has_keys_ ? 1 : 0, static_cast<int>(wait.count())) > 0 &&
            ::read(STDIN_FILENO, &pressed, 1) <= 0) {
            return 'q';  // nobody will press any more
        }
        return pressed;
    }

private:
    termios before_{};
    bool has_keys_ = false;
};

/// What the user chose with keys.
class View {
public:
    explicit View(TopOrder order) : order_(std::move(order)) {}

    std::string text(const std::string& json) const {
        return top_text(parse_status(json), order_) + "\n" + foot();
    }
    std::string foot() const {
        return typing_ ? "filter: " + order_.filter + "_\n"
                       : fmt::format("{}  (sorted by {}{})\n", help, order_.sort,
                                     order_.filter.empty() ? "" : ", only " + order_.filter);
    }
    /// False when the view is to end.
    bool take(char key) {
        constexpr char escape = 27;
        constexpr char backspace = 127;
        if (typing_) {
            if (key == '\n' || key == escape) {
                typing_ = false;
            } else if (key == backspace && !order_.filter.empty()) {
                order_.filter.pop_back();
            } else if (key >= ' ') {
                order_.filter += key;
            }
            return true;
        }
        if (key == 's') {
            const auto* const at = std::find(orders.begin(), orders.end(), order_.sort);
            order_.sort = at + 1 >= orders.end() ? orders.front() : *(at + 1);
        } else if (key == '/') {
            typing_ = true;
            order_.filter.clear();
        }
        return key != 'q';
    }

private:
    TopOrder order_;
    bool typing_ = false;
};

int watch(const control::Endpoint& endpoint, const TopArgs& args) {
    std::string json = ask(endpoint, "/status.json");  // an error before the screen is taken
    View view({args.sort, args.filter});
    const Screen screen;
    const auto interval = std::chrono::duration_cast<std::chrono::milliseconds>(args.interval);
    auto next = std::chrono::steady_clock::now() + interval;
    Screen::show(view.text(json));
    for (;;) {
        const auto wait =
            std::chrono::ceil<std::chrono::milliseconds>(next - std::chrono::steady_clock::now());
        const char key = screen.key(std::max(wait, std::chrono::milliseconds{0}));
        if (key != 0 && !view.take(key)) {
            return exit_ok;
        }
        if (std::chrono::steady_clock::now() >= next) {
            next = std::chrono::steady_clock::now() + interval;
            try {
                json = ask(endpoint, "/status.json");
            } catch (const Error& error) {
                Screen::show(fmt::format("{}\n\n{}", error.what(), view.foot()));
                continue;
            }
        }
        Screen::show(view.text(json));
    }
}

}  // namespace

int top(const TopArgs& args) {
    const control::Endpoint endpoint = endpoint_of(args);
    if (!args.once && stdout_is_terminal()) {
        return watch(endpoint, args);
    }
    const std::string json = ask(endpoint, "/status.json");
    print(args.format == TextFormat::json ? json
                                          : top_text(parse_status(json), {args.sort, args.filter}));
    return exit_ok;
}

}  // namespace tsflow::cli
