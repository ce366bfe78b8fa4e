#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "universe/universe.hpp"

namespace tsflow::market {

/// The tables that a database may hold groups in: `definition_groups` with `group_memberships`, and the
/// older `cache_entries`.
enum class GroupTable { definition_groups, cache_entries };

/// One member of one group; a group without members has one row without a symbol.
struct TableRow {
    std::string group;  ///< tells rows of one group from those of another
    std::string name;
    std::string type;
    std::string description;
    std::optional<std::string> symbol;
};

/// One consistent look at a database.
class TableSession {
public:
    virtual ~TableSession() = default;
    virtual bool has_table(const std::string& name) = 0;
    /// The rows of one environment, those of one group one after the other. `names` is a JSON array of the
    /// names asked for, which are the names of the rows then; nothing: all groups.
    virtual std::vector<TableRow> rows(GroupTable table, const std::string& environment,
                                       const std::optional<std::string>& names) = 0;
};

/// Groups in the tables of a database.
class TableStore : public UniverseStore {
public:
    explicit TableStore(std::string_view environment) : environment_(environment) {}

    /// Throws when there is no database, or none with the tables.
    void look();
    std::vector<Group> groups() override;

protected:
    std::vector<Found> find(const std::vector<std::string>& names) override;

private:
    virtual std::unique_ptr<TableSession> connect() = 0;
    /// The place, for messages.
    virtual std::string place() const = 0;

    struct Tables {
        bool groups;
        bool entries;
    };
    Tables tables(TableSession& session) const;
    std::vector<TableRow> checked(std::vector<TableRow> rows) const;

    std::string environment_;
};

/// Where the list of symbols is, when `cache_entries.value` is an object: the first of these that it has.
inline constexpr const char* list_keys[] = {"symbols", "tickers",  "stocks",
                                            "members", "holdings", "constituents"};

/// What `text_of` makes of each of them, with commas between.
template <class F>
std::string join_list_keys(F&& text_of) {
    std::string joined;
    for (const char* key : list_keys) {
        joined += (joined.empty() ? "" : ", ") + text_of(std::string{key});
    }
    return joined;
}

}  // namespace tsflow::market
