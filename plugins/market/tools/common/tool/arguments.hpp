#pragma once

#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace tsflow::tool {

/// The command line is wrong: exit code 2.
class UsageError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// An option that a tool takes, such as `--format`, and one letter for it, such as `-f`.
struct Option {
    std::string name;
    bool takes_value = true;
    std::string letter = {};
};

/// What stands on the command line: words, and options in any order between them (`--name VALUE`,
/// `--name=VALUE`, `-n VALUE`). After `--` all are words. `--help` and `-h` are options of every tool.
class Arguments {
public:
    /// `argv` without the name of the program. Throws UsageError.
    Arguments(const std::vector<std::string>& argv, const std::vector<Option>& options);

    const std::vector<std::string>& words() const noexcept { return words_; }
    bool has(std::string_view option) const { return values_.find(option) != values_.end(); }
    /// The last value that was given, or `otherwise`.
    std::string value(std::string_view option, std::string_view otherwise = {}) const;
    /// All values that were given, for options that may be repeated.
    std::vector<std::string> values(std::string_view option) const;
    /// The last value, which must be one of `choices`; the first of them is the default.
    std::string choice(std::string_view option, const std::vector<std::string>& choices) const;

private:
    std::vector<std::string> words_;
    std::map<std::string, std::vector<std::string>, std::less<>> values_;
};

}  // namespace tsflow::tool
