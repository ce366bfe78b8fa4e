#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "csv_files.hpp"
#include "shipped.hpp"
#include "store.hpp"
#include "tsflow/error.hpp"

namespace tsflow::market {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view default_environment = "DEFAULT";

/// The texts of the two files.
struct Texts {
    std::string groups_file;
    std::optional<std::string> groups;  ///< nothing: the groups are those that members name
    std::string members_file;
    std::string members;
};

struct Content {
    std::vector<GroupRow> groups;  ///< of one environment
    std::vector<MemberRow> members;
};

Content parse(const Texts& texts, std::string_view environment) {
    using Key = std::pair<std::string, std::string>;
    Content content;
    content.members = parse_members(texts.members_file, texts.members);
    std::map<Key, bool> known;  // true: also in this environment
    if (texts.groups) {
        for (GroupRow& group : parse_groups(texts.groups_file, *texts.groups)) {
            const bool here = group.environment == environment;
            known[{group.name, group.type}] |= here;
            if (here) {
                content.groups.push_back(std::move(group));
            }
        }
    }
    for (const MemberRow& member : content.members) {
        Key key{member.group, member.type};
        if (texts.groups && !known.contains(key)) {
            throw Error(texts.members_file + ":" + std::to_string(member.line) + ": " +
                        texts.groups_file + " has no group '" + member.group + "' of type " +
                        member.type);
        }
        if (!texts.groups && environment == default_environment &&
            known.emplace(std::move(key), true).second) {
            content.groups.push_back(
                {member.group, member.type, std::string{default_environment}, {}});
        }
    }
    return content;
}

class CsvStore : public UniverseStore {
public:
    explicit CsvStore(std::string_view environment) : environment_(environment) {}

    std::vector<Group> groups() override {
        const Content content = parse(texts(), environment_);
        std::map<std::pair<std::string, std::string>, std::vector<std::string>> members;
        for (const MemberRow& member : content.members) {
            members[{member.group, member.type}].push_back(member.symbol);
        }
        std::vector<Group> groups;
        for (const GroupRow& row : content.groups) {
            std::vector<std::string>& symbols = members[{row.name, row.type}];
            std::sort(symbols.begin(), symbols.end());
            const auto end = std::unique(symbols.begin(), symbols.end());
            groups.push_back(
                {row.name, row.type, row.description, row.environment, end - symbols.begin()});
        }
        std::sort(groups.begin(), groups.end(), [](const Group& a, const Group& b) {
            return std::tie(a.name, a.type) < std::tie(b.name, b.type);
        });
        return groups;
    }

protected:
    std::vector<Found> find(const std::vector<std::string>& names) override {
        const Content content = parse(texts(), environment_);
        std::vector<Found> found;
        for (const GroupRow& group : content.groups) {
            if (std::find(names.begin(), names.end(), group.name) != names.end()) {
                Found& result = found.emplace_back(Found{group.name, group.type, {}});
                for (const MemberRow& member : content.members) {
                    if (member.group == group.name && member.type == group.type) {
                        result.symbols.push_back(member.symbol);
                    }
                }
            }
        }
        return found;
    }

private:
    virtual Texts texts() const = 0;

    std::string environment_;
};

class FolderStore : public CsvStore {
public:
    FolderStore(fs::path folder, std::string_view environment)
        : CsvStore(environment), folder_(std::move(folder)) {}

private:
    Texts texts() const override {
        std::error_code missing;
        if (!fs::is_directory(folder_, missing)) {
            throw Error("the reference csv:" + folder_.string() +
                        " is no folder; it must hold members.csv and may hold groups.csv");
        }
        const fs::path groups = folder_ / "groups.csv";
        const fs::path members = folder_ / "members.csv";
        Texts texts{groups.string(), std::nullopt, members.string(), read_text(members)};
        if (fs::exists(groups, missing)) {
            texts.groups = read_text(groups);
        }
        return texts;
    }

    fs::path folder_;
};

class ShippedStore : public CsvStore {
public:
    using CsvStore::CsvStore;

private:
    Texts texts() const override {
        return {"groups.csv", std::string{shipped_groups}, "members.csv",
                std::string{shipped_members}};
    }
};

}  // namespace

std::unique_ptr<UniverseStore> open_csv(const std::filesystem::path& folder,
                                        std::string_view environment) {
    auto store = std::make_unique<FolderStore>(folder, environment);
    store->groups();
    return store;
}

std::unique_ptr<UniverseStore> open_shipped(std::string_view environment) {
    return std::make_unique<ShippedStore>(environment);
}

}  // namespace tsflow::market
