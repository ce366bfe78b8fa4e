#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostics.hpp"
#include "config/toml_statements.hpp"

namespace tsflow {

/// Takes broken statements out of a TOML text, one at each error that the parser stops at, so that it
/// can be parsed again and finds the next one. Lines and columns of all else stay what they were.
class TomlRecovery {
public:
    TomlRecovery(std::string text, Diagnostics& diagnostics);

    const std::string& text() const noexcept { return text_; }
    /// Reports an error of the parser and takes out what it is about. False when nothing is left to
    /// take out: parsing again would find the same error.
    bool take_out(Position at, std::string_view description);

    /// The tables that lack an entry now.
    const std::vector<std::vector<std::string>>& damaged() const noexcept { return damaged_; }
    /// False when it is not known which tables lack something.
    bool contained() const noexcept { return contained_; }
    /// Tables that stand in for headers which could not stay are named with this character first.
    static constexpr char stand_in = '\x01';

private:
    const TomlStatement* statement_at(int line) const noexcept;
    const TomlStatement* first_unclosed(int line) const noexcept;
    const TomlStatement* first_definition(const TomlStatement& again) const;
    bool take_out_twice(const TomlStatement& statement, std::string_view description);
    bool take_out_unclosed(const TomlStatement& statement);
    bool take_out_header(const TomlStatement& header);
    bool take_out_entry(const TomlStatement& entry);
    bool can_mend(const TomlStatement& header) const;
    /// Writes `with` and blanks over the lines; false when that changes nothing.
    bool overwrite(int first_line, int last_line, std::string_view with = {});
    std::string next_stand_in();

    std::string text_;
    std::vector<TomlStatement> statements_;
    std::set<int> taken_;  ///< first lines of statements that were taken out
    std::vector<std::vector<std::string>> damaged_;
    Diagnostics& diagnostics_;
    int stand_ins_ = 0;
    bool contained_ = true;
};

}  // namespace tsflow
