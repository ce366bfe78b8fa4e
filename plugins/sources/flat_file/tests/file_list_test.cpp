#include "file_list.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "temp_folder.hpp"
#include "tsflow/error.hpp"

using namespace tsflow;
using namespace tsflow::flat_file;

namespace {

using Texts = std::vector<std::string>;

Texts names(const std::vector<DataFile>& files) {
    Texts texts;
    for (const DataFile& file : files) {
        texts.push_back(file.name);
    }
    return texts;
}

/// A small tree in the vendor's layout, with things in it that are no data.
void plant(const TempFolder& folder) {
    for (const char* name : {"minute/2016/04/2016-04-15.csv.gz", "minute/2016/04/2016-04-18.csv.gz",
                             "minute/2016/05/2016-05-02.csv", "minute/2016/05/README.md",
                             "minute/2016/.2016-05-03.csv", "minute/.cache/2016-05-04.csv",
                             "minute/2017/01/2017-01-03.csv", "day/2016-04-15.csv", "day/extra.csv",
                             "day/2016-04-16.csv.part"}) {
        folder.write(name, "12345");
    }
}

}  // namespace

TEST_CASE("the date of a file is the one in its name") {
    CHECK(date_in_name("2016/04/2016-04-15.csv.gz") == parse_date("2016-04-15"));
    CHECK(date_in_name("us_2016-04-15_v1.csv") == parse_date("2016-04-15"));
    CHECK(date_in_name("2016-04-15/MSFT.csv") == std::nullopt);
    CHECK(date_in_name("2016-04.csv") == std::nullopt);
    CHECK(date_in_name("2016-13-15.csv") == std::nullopt);
    CHECK(date_in_name("12016-04-15.csv") == std::nullopt);
    CHECK(date_in_name("2016-04-155.csv") == std::nullopt);
    CHECK(date_in_name("2016-04-15_2016-05-15.csv") == std::nullopt);
}

TEST_CASE("a folder is searched at any depth, in the order of dates") {
    const TempFolder folder;
    plant(folder);
    const std::vector<DataFile> files = find_files(folder.path());
    CHECK(names(files) == Texts{"day/extra.csv", "day/2016-04-15.csv",
                                "minute/2016/04/2016-04-15.csv.gz",
                                "minute/2016/04/2016-04-18.csv.gz", "minute/2016/05/2016-05-02.csv",
                                "minute/2017/01/2017-01-03.csv"});
    CHECK(files[0].bytes == 5);
    CHECK(files[1].path == folder.path() / "day/2016-04-15.csv");
    CHECK(names(find_files(folder.path() / "minute/2016/04/")) ==
          Texts{"2016-04-15.csv.gz", "2016-04-18.csv.gz"});
}

TEST_CASE("a single file is taken whatever its name") {
    const TempFolder folder;
    plant(folder);
    CHECK(names(find_files(folder.path() / "day/2016-04-16.csv.part")) ==
          Texts{"2016-04-16.csv.part"});
    CHECK(names(find_files(folder.write("odd[1]*.csv", ""))) == Texts{"odd[1]*.csv"});
}

TEST_CASE("globs match within a folder, and ** at any depth") {
    const TempFolder folder;
    plant(folder);
    const auto found = [&](const char* glob) { return names(find_files(folder.path() / glob)); };
    CHECK(found("minute/2016/*/*.gz") == Texts{"04/2016-04-15.csv.gz", "04/2016-04-18.csv.gz"});
    CHECK(found("day/2016-04-1?.csv") == Texts{"2016-04-15.csv"});
    CHECK(found("minute/2016/0[5-9]/*.csv") == Texts{"05/2016-05-02.csv"});
    CHECK(found("minute/201[67]/*/*.csv") ==
          Texts{"2016/05/2016-05-02.csv", "2017/01/2017-01-03.csv"});
    CHECK(found("**/2016-04-15.*") ==
          Texts{"day/2016-04-15.csv", "minute/2016/04/2016-04-15.csv.gz"});
    CHECK(found("minute/**/05/*.csv") == Texts{"2016/05/2016-05-02.csv"});
    // A folder that matches is searched as if it were asked for.
    CHECK(found("minute/*7") == Texts{"2017/01/2017-01-03.csv"});
    CHECK(found("minute/**") == Texts{"2016/04/2016-04-15.csv.gz", "2016/04/2016-04-18.csv.gz",
                                      "2016/05/2016-05-02.csv", "2017/01/2017-01-03.csv"});
    CHECK(found("minute/2016/.*.csv") == Texts{".2016-05-03.csv"});
}

TEST_CASE("links to folders do not lead in circles") {
    const TempFolder folder;
    plant(folder);
    std::filesystem::create_directory_symlink(folder.path(), folder.path() / "day/loop");
    CHECK(find_files(folder.path()).size() == 6);
    CHECK(names(find_files(folder.path() / "**/2017*.csv")) ==
          Texts{"minute/2017/01/2017-01-03.csv"});
}

TEST_CASE("finding nothing is an error that helps to see why") {
    const TempFolder folder;
    const std::string root = folder.path().string();
    CHECK_THROWS_WITH(find_files(folder.path()),
                      Catch::Contains("The folder '" + root + "' holds no"));
    CHECK_THROWS_WITH(find_files(folder.path() / "data/2016/x.csv"),
                      Catch::Contains("no file or folder '" + root + "/data/2016/x.csv'") &&
                          Catch::Contains("that exists is '" + root + "'"));
    CHECK_THROWS_WITH(
        find_files(folder.path() / "a/*/b.csv"),
        Catch::Contains("No file matches") && Catch::Contains("that exists is '" + root + "'"));
    CHECK_THROWS_WITH(find_files("nowhere"), Catch::Contains("no folder above it exists"));
}

TEST_CASE("from and to keep the files between them, and those without a date") {
    const TempFolder folder;
    plant(folder);
    const auto all = find_files(folder.path());
    const auto from = parse_date("2016-04-18");
    const auto to = parse_date("2016-05-02");
    CHECK(names(within(all, from, to, folder.path())) == Texts{"day/extra.csv",
                                                               "minute/2016/04/2016-04-18.csv.gz",
                                                               "minute/2016/05/2016-05-02.csv"});
    CHECK(within(all, from, std::nullopt, folder.path()).size() == 4);
    CHECK(within(all, std::nullopt, from, folder.path()).size() == 4);
    const auto minutes = find_files(folder.path() / "minute");
    CHECK_THROWS_WITH(
        within(minutes, parse_date("2018-01-01"), std::nullopt, folder.path()),
        Catch::Contains("None of the 4 files") && Catch::Contains("from 2016-04-15 to 2017-01-03"));
}
