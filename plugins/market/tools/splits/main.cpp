#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "massive/rest_client.hpp"
#include "tool/run.hpp"
#include "tsflow/error.hpp"
#include "tsflow/text.hpp"
#include "tsflow/time.hpp"

namespace {

using namespace tsflow;
using namespace tsflow::market::massive;
using tool::Arguments;
using tool::UsageError;

constexpr const char* help =
    R"(Writes the file of splits that the analytics read, from the REST service of Massive

Usage: tsflow splits [OPTIONS]

The file is CSV with the columns ticker,ex_date,kind,value, where value is the number of new shares for an old
one; option `splits` of the analytics names it, and SIGHUP has a running pipeline read it again. The key is that
of the variable MASSIVE_API_KEY.

OPTIONS:
  --out FILE           Where to write it, in one step at the end (default: to standard output)
  --from DATE          First ex-date (default: 2003-01-01)
  --to DATE            Last ex-date (default: 90 days from now: splits are announced)
  --url URL            The service (default: https://api.massive.com)
  --api-key-file FILE  Its first line is the key
  --ca-file FILE       Certificates to trust instead of the system's, PEM
  -h, --help           Prints this help

Exit codes: 0 done, 1 failed, 2 wrong command line, 78 key, URL or certificates cannot be used.
)";

Date date_of(const Arguments& arguments, std::string_view option, Date otherwise) {
    if (!arguments.has(option)) {
        return otherwise;
    }
    const std::string text = arguments.value(option);
    if (const auto date = parse_date(text)) {
        return *date;
    }
    throw UsageError("'" + text + "' is no date, such as 2020-08-31, which '" +
                     std::string{option} + "' takes");
}

Secret key_of(const Arguments& arguments) {
    if (!arguments.has("--api-key-file")) {
        const char* key = std::getenv("MASSIVE_API_KEY");
        return Secret{key == nullptr ? "" : key};
    }
    const std::string path = arguments.value("--api-key-file");
    std::ifstream file(path);
    std::string key;
    if (!std::getline(file, key)) {
        throw Error("cannot read a key from '" + path + "', which '--api-key-file' names");
    }
    return Secret{key};
}

/// Asks again, when another try may help: after what the service says, else 1, 2, 4 and 8 seconds.
template <class Ask>
SplitsPage patiently(Ask ask) {
    constexpr int tries = 5;
    for (int failed = 1;; ++failed) {
        try {
            return ask();
        } catch (const RestError& error) {
            if (!error.retry || failed == tries) {
                throw;
            }
            const Duration pause = std::chrono::seconds{1 << (failed - 1)};
            tool::print_error(std::string{"warning: "} + error.what() + "; trying again\n");
            std::this_thread::sleep_for(std::max(pause, error.after));
        }
    }
}

std::vector<RestSplit> fetch(RestClient& client, Date from, Date to) {
    std::vector<RestSplit> splits;
    std::uint64_t unreadable = 0;
    const auto take = [&](SplitsPage& page) {
        std::move(page.splits.begin(), page.splits.end(), std::back_inserter(splits));
        unreadable += page.unreadable;
    };
    SplitsPage page = patiently([&] { return client.splits(from, to); });
    take(page);
    while (!page.next.empty()) {
        page = patiently([&] { return client.next_splits(page.next); });
        take(page);
    }
    if (unreadable > 0) {
        tool::print_error("warning: " + std::to_string(unreadable) +
                          " entries of the service are no splits, and were left out\n");
    }
    return splits;
}

std::string csv_of(std::vector<RestSplit> splits) {
    std::sort(splits.begin(), splits.end(), [](const RestSplit& a, const RestSplit& b) {
        return a.ex_date != b.ex_date ? a.ex_date < b.ex_date : a.ticker < b.ticker;
    });
    std::string text = "ticker,ex_date,kind,value\n";
    for (const RestSplit& split : splits) {
        text += split.ticker + "," + format_date(split.ex_date) + ",split,";
        append_real(text, split.ratio);
        text += '\n';
    }
    return text;
}

/// Who reads `path` meanwhile sees the old file or the new one.
void write(const std::filesystem::path& path, const std::string& text) {
    std::filesystem::path fresh = path;
    fresh += ".new";
    std::ofstream file(fresh, std::ios::binary | std::ios::trunc);
    file << text << std::flush;
    file.close();
    std::error_code failed;
    if (file) {
        std::filesystem::rename(fresh, path, failed);
    }
    if (!file || failed) {
        std::error_code ignored;
        std::filesystem::remove(fresh, ignored);
        throw Error("cannot write '" + path.string() + "'" +
                    (failed ? ": " + failed.message() : ""));
    }
}

int work(const Arguments& arguments) {
    if (!arguments.words().empty()) {
        throw UsageError("'" + arguments.words().front() + "' is one word too many");
    }
    const Date today = std::chrono::floor<Date::duration>(std::chrono::system_clock::now());
    const Date from = date_of(arguments, "--from", *parse_date("2003-01-01"));
    const Date to = date_of(arguments, "--to", today + std::chrono::days{90});
    if (from > to) {
        throw UsageError("'--from' is behind '--to'");
    }
    RestClient::Options options;
    options.url = arguments.value("--url", "https://api.massive.com");
    options.api_key = key_of(arguments);
    options.ca_file = arguments.value("--ca-file");
    if (options.api_key.reveal().empty()) {
        throw ConfigError("api_key",
                          "the key is missing: set MASSIVE_API_KEY, or say --api-key-file FILE");
    }
    RestClient client(std::move(options));
    const std::vector<RestSplit> splits = fetch(client, from, to);
    const std::string text = csv_of(splits);
    if (!arguments.has("--out")) {
        tool::print(text);
        return tool::exit_ok;
    }
    write(arguments.value("--out"), text);
    tool::print_error(std::to_string(splits.size()) + " splits from " + format_date(from) + " to " +
                      format_date(to) + " are in " + arguments.value("--out") + "\n");
    return tool::exit_ok;
}

}  // namespace

int main(int argc, char** argv) {
    return tool::run(
        {"tsflow splits",
         help,
         {{"--out"}, {"--from"}, {"--to"}, {"--url"}, {"--api-key-file"}, {"--ca-file"}},
         work},
        argc, argv);
}
