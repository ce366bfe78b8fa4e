#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tsflow::import_env {

/// The variables of a file, and what became of each: what nothing asked for was not carried over.
class Settings {
public:
    explicit Settings(std::vector<std::pair<std::string, std::string>> variables)
        : variables_(std::move(variables)) {}

    /// Nothing when it is not set or empty. Asking for it is using it.
    std::optional<std::string> text(const std::string& name);
    /// Also yes/no, on/off, 1/0, in any letter case. Throws Error for anything else.
    std::optional<bool> flag(const std::string& name);
    /// Throws Error for what is no whole number.
    std::optional<long> number(const std::string& name);

    /// Says why `name`, if it is set, was not carried over.
    void ignore(const std::string& name, std::string why);

    struct Ignored {
        std::string name;
        std::string why;  ///< empty: nothing knows it
    };
    /// All that was not used or was ignored, in the file's order.
    std::vector<Ignored> ignored() const;
    const std::vector<std::pair<std::string, std::string>>& variables() const { return variables_; }

private:
    std::vector<std::pair<std::string, std::string>> variables_;
    std::map<std::string, bool> used_;
    std::map<std::string, std::string> reasons_;
};

/// `text` without blanks at its ends.
std::string trimmed(const std::string& text);
std::string lower(std::string text);

}  // namespace tsflow::import_env
