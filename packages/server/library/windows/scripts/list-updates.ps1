# Lists what Windows Update has installed and failed to install within some days; changes nothing.
# Facts: updatesInstalled, updatesFailed (how many).
# Exit codes: 0 listed, 1 Windows Update does not answer, 2 a parameter is wrong.
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

function Publish-Fact([string] $Name, [string] $Value) {
    if ([string]::IsNullOrEmpty($env:PATCHBAY_FACTS)) { return }
    # This method writes UTF-8 without a byte order mark.
    [System.IO.File]::AppendAllText($env:PATCHBAY_FACTS, $Name + '=' + ($Value -replace '[\r\n]+', ' ') + "`n")
}

function Stop-Script([int] $Code, [string] $Message) {
    [Console]::Error.WriteLine($Message)
    exit $Code
}

function Read-Number([string] $Variable, [int] $Default, [int] $Least) {
    $text = [Environment]::GetEnvironmentVariable($Variable)
    if ([string]::IsNullOrEmpty($text)) { return $Default }
    $number = 0
    if (-not [int]::TryParse($text, [ref] $number) -or $number -lt $Least) {
        Stop-Script 2 "$Variable must be a number from $Least on, not '$text'"
    }
    return $number
}

$days = Read-Number 'PATCHBAY_DAYS' 7 1
$since = [DateTime]::UtcNow.AddDays(-$days)
$installed = 0
$failed = 0
try {
    $searcher = (New-Object -ComObject Microsoft.Update.Session).CreateUpdateSearcher()
    $count = $searcher.GetTotalHistoryCount()
    $history = @()
    if ($count -gt 0) { $history = @($searcher.QueryHistory(0, $count)) }
    foreach ($entry in $history) {
        # An operation of 1 is an installation; a result of 2 or 3 a success, of 4 or 5 a failure.
        if ($entry.Operation -ne 1 -or $entry.Date -lt $since) { continue }
        if ($entry.ResultCode -eq 2 -or $entry.ResultCode -eq 3) { $installed += 1; $word = 'installed' }
        elseif ($entry.ResultCode -ge 4) { $failed += 1; $word = 'FAILED' }
        else { $word = 'under way' }
        Write-Output ('{0:yyyy-MM-dd HH:mm}Z {1,-9} {2}' -f $entry.Date, $word, $entry.Title)
    }
}
catch {
    Stop-Script 1 "Windows Update does not answer: $($_.Exception.Message)"
}
Publish-Fact 'updatesInstalled' "$installed"
Publish-Fact 'updatesFailed' "$failed"
Write-Output "$installed installed, $failed failed within $days days."
exit 0
