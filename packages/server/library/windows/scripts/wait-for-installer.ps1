# Waits until neither Windows Installer nor Windows Update installs anything; changes nothing.
# Facts: installerFree (true or false), waitedSeconds.
# Exit codes: 0 nothing is being installed, 1 the time is up, 2 a parameter is wrong.
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

$interval = Read-Number 'PATCHBAY_INTERVAL_SECONDS' 5 1
$limit = Read-Number 'PATCHBAY_LIMIT_SECONDS' 600 0

function Get-Holder {
    # Windows Installer holds it for as long as an installation lasts.
    $mutex = $null
    if ([System.Threading.Mutex]::TryOpenExisting('Global\_MSIExecute', [ref] $mutex)) {
        $mutex.Dispose()
        'Windows Installer'
    }
    Get-Process -Name 'TiWorker', 'wusa' -ErrorAction SilentlyContinue |
        ForEach-Object { "$($_.ProcessName) (process $($_.Id))" }
}

$watch = [System.Diagnostics.Stopwatch]::StartNew()
while ($true) {
    $holders = @(Get-Holder)
    $waited = [int] $watch.Elapsed.TotalSeconds
    if ($holders.Count -eq 0 -or $waited + $interval -gt $limit) { break }
    Start-Sleep -Seconds $interval
}
Publish-Fact 'waitedSeconds' "$waited"
if ($holders.Count -gt 0) {
    Publish-Fact 'installerFree' 'false'
    Stop-Script 1 "still at work after $waited s: $($holders -join ', ')"
}
Publish-Fact 'installerFree' 'true'
Write-Output "Nothing is being installed, after $waited s."
exit 0
